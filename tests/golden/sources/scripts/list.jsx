/** The list of what is sold. */
import React, { useState as state, memo } from "react";
import { total } from "./util";
import * as money from "./lib/money";
import "./list.css";

const ROWS = 20;

/** One row. */
const Row = memo(function Row({ item, onPick }) {
  return <li key={item.id} onClick={() => onPick(item)}>{item.name}: <b>{money.parse(item.price)}</b></li>;
});

export const pick = (items) => (id) => items.find((each) => each.id === id);

/**
 * All rows.
 * @deprecated Use the table.
 */
export default class List extends React.Component {
  static defaultProps = { items: [] };

  state = { open: false };

  handle = (event) => {
    this.setState({ open: !this.state.open });
    document.write(event.target.value);
  };

  render() {
    const { items } = this.props;
    return (
      <>
        {items.slice(0, ROWS).map((item) => <Row item={item} {...this.props} />)}
        <div dangerouslySetInnerHTML={{ __html: total(items) }} />
      </>
    );
  }
}

export { Row, state as useOpen };
