import React from "react";
import { Cart } from "./cart";

type Props = { cart: Cart<any>; onClose?: () => void };

/** The cart as a list. */
export const View: React.FC<Props> = ({ cart, onClose }) => (
  <ul onClick={onClose}>{cart.size > 0 ? <li>{cart.owner}</li> : null}</ul>
);
export class Page extends React.Component<Props> {
  render() {
    return <View {...this.props} />;
  }
}
