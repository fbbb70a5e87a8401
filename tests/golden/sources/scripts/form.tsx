import { forwardRef, useState, type FormEvent, type ReactNode } from "react";
import type { Item } from "./cart";

export interface FormProps extends React.HTMLAttributes<HTMLFormElement> {
  /** What is sold. */
  item: Item;
  children?: ReactNode;
  onSell?(item: Item, count: number): void | Promise<void>;
}

/** A form that sells one thing. */
export const Form = forwardRef<HTMLFormElement, FormProps>(({ item, onSell, ...rest }, ref) => {
  const [count, setCount] = useState<number>(1);
  const sell = async (event: FormEvent) => {
    event.preventDefault();
    await onSell?.(item, count);
  };
  return (
    <form ref={ref} onSubmit={sell} {...rest}>
      <input value={count} onChange={(event) => setCount(+event.target.value)} />
      <a href="javascript:void(0)" target="_blank">{item.name as string}</a>
    </form>
  );
});
Form.displayName = "Form";

export default Form;
