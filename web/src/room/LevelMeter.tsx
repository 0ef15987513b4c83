import { useEffect, useRef } from 'react';
import classes from './LevelMeter.module.css';

/** How loud a track is now, drawn outside of React: it changes at every frame. */
export const LevelMeter = ({ track, label }: { track: MediaStreamTrack; label: string }) => {
  const bar = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const context = new AudioContext();
    const source = context.createMediaStreamSource(new MediaStream([track]));
    const analyser = context.createAnalyser();
    analyser.fftSize = 512;
    source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let frame = 0;
    const draw = () => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      // -60 dBFS is silence to the ear here, 0 is as loud as it gets.
      const level = Math.max(0, Math.min(1, 1 + Math.log10(power + 1e-9) / 6));
      bar.current?.style.setProperty('transform', `scaleX(${level})`);
      frame = requestAnimationFrame(draw);
    };
    draw();
    return () => {
      cancelAnimationFrame(frame);
      void context.close();
    };
  }, [track]);
  return (
    <span className={classes.meter} role="img" aria-label={label}>
      <span ref={bar} className={classes.level} />
    </span>
  );
};
