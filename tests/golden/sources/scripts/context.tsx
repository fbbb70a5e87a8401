"use client";

import { createContext, lazy, useContext } from "react";
import { Bus, type Handlers } from "./events";

const Page = lazy(() => import("./view"));

/** The bus of the page, if there is one. */
export const BusContext = createContext<Bus<Handlers> | null>(null);

export function useBus(): Bus<Handlers> {
  const bus = useContext(BusContext);
  if (!bus) throw new Error("no bus");
  return bus;
}

export class Boundary extends React.Component<{ children: React.ReactNode }, { failed: boolean }> {
  static getDerivedStateFromError = () => ({ failed: true });
  declare context: React.ContextType<typeof BusContext>;

  override componentDidCatch(error: Error): void {
    console.error(error);
  }

  override render() {
    return this.state.failed ? <p>{"<class Fake>"}</p> : <Page />;
  }
}
