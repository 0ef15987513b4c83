import { useEffect, useRef } from 'react';
import classes from './Room.module.css';

type Props = { track: MediaStreamTrack; mirrored?: boolean; whole?: boolean; label: string };

/** Shows a video track. `whole` keeps all of it visible, as a shared screen needs; a camera fills its tile. */
export const Video = ({ track, mirrored = false, whole = false, label }: Props) => {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = element.current;
    if (!video) return;
    video.srcObject = new MediaStream([track]);
    // A muted video may always play; the only way to fail is to be taken away again first.
    video.play().catch(() => undefined);
    return () => {
      video.srcObject = null;
    };
  }, [track]);
  return (
    <video
      ref={element}
      className={classes.video}
      data-mirrored={mirrored || undefined}
      data-whole={whole || undefined}
      aria-label={label}
      autoPlay
      muted
      playsInline
    />
  );
};
