import classes from './Brand.module.css';
import mark from './mark.svg';

/** The name of the product with its mark. */
export const Brand = ({ href }: { href?: string }) => {
  const inner = (
    <>
      <img src={mark} alt="" width={24} height={24} />
      <span>Hansard</span>
    </>
  );
  return href ? (
    <a className={classes.brand} href={href}>
      {inner}
    </a>
  ) : (
    <span className={classes.brand}>{inner}</span>
  );
};
