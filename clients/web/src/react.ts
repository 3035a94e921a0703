"use client";
/** <forewarn-alert> in React 18 and 19, which set properties of custom elements in different ways. */
import { createElement, forwardRef, useEffect, useImperativeHandle, useLayoutEffect, useRef } from "react";
import type { HTMLAttributes, ReactElement, ReactNode, RefAttributes } from "react";
import type { Alert, Assessment, ErrorDetail, OutcomeDetail, ReadyDetail, Words } from "./alert.js";
import type { ForewarnAlert as AlertElement } from "./forewarn-alert.js";
import "./forewarn-alert.js";
import { staticPiece } from "./static.js";
import type { Piece, StaticOptions } from "./static.js";

export interface ForewarnAlertProps {
  /** The whole answer, `{assessment_id, alert, ...}`, or its JSON. Null shows nothing. */
  assessment: Assessment | string | null | undefined;
  placement?: "inline" | undefined;
  theme?: "light" | "dark" | undefined;
  /** 1 to 6; 2 unless given. */
  headingLevel?: 1 | 2 | 3 | 4 | 5 | 6 | undefined;
  /** Replaces some of the component's own words. */
  words?: Partial<Words> | undefined;
  onReady?: ((event: CustomEvent<ReadyDetail>) => void) | undefined;
  onError?: ((event: CustomEvent<ErrorDetail>) => void) | undefined;
  onOutcome?: ((event: CustomEvent<OutcomeDetail>) => void) | undefined;
  /** The static fallback: in the server's HTML, and where the alert cannot be drawn. Else made of the alert's texts and links. */
  children?: ReactNode;
}

/* React 18 warns of a layout effect on a server, which runs neither. */
const useBeforePaint = typeof document === "undefined" ? useEffect : useLayoutEffect;

export const ForewarnAlert = forwardRef<AlertElement, ForewarnAlertProps>(function ForewarnAlert(props, ref) {
  const { assessment, words, placement, theme, headingLevel, children } = props;
  const own = useRef<AlertElement>(null);
  const listening = useRef<AlertElement | null>(null);
  const latest = useRef(props);
  useImperativeHandle(ref, () => own.current as AlertElement);

  useBeforePaint(() => {
    const element = own.current;
    latest.current = props;
    if (!element || listening.current === element) return;
    listening.current = element;
    /* They stay: the element says `abandoned` after React has removed it. */
    element.addEventListener("forewarn-ready", (event) => latest.current.onReady?.(event as CustomEvent<ReadyDetail>));
    element.addEventListener("forewarn-error", (event) => latest.current.onError?.(event as CustomEvent<ErrorDetail>));
    element.addEventListener("forewarn-outcome", (event) =>
      latest.current.onOutcome?.(event as CustomEvent<OutcomeDetail>),
    );
  });

  useBeforePaint(() => {
    if (own.current) own.current.words = words;
  }, [words]);
  useBeforePaint(() => {
    if (own.current) own.current.assessment = assessment;
  }, [assessment]);

  return createElement(
    "forewarn-alert",
    { ref: own, placement, theme, "heading-level": headingLevel },
    children === undefined ? createElement(StaticAlert, { alert: alertOf(assessment), words, headingLevel }) : children,
  );
});

export interface StaticAlertProps extends StaticOptions {
  alert: Partial<Alert> | null | undefined;
}

/** The alert's texts and links without the component. */
export function StaticAlert({ alert, ...options }: StaticAlertProps): ReactElement | null {
  const piece = staticPiece(alert, options);
  return piece && element(piece);
}

/* What cannot be read is the element's to report. */
function alertOf(assessment: unknown): Partial<Alert> | null {
  try {
    const answer = typeof assessment === "string" ? JSON.parse(assessment) : assessment;
    return (answer as Assessment | null)?.alert ?? null;
  } catch {
    return null;
  }
}

const element = ([tag, attributes, ...children]: Piece): ReactElement =>
  createElement(tag, attributes, ...children.map((child) => (typeof child === "string" ? child : element(child))));

/* The element itself, for those who write it in JSX. React 18 sets attributes alone: give it JSON, and listen through a ref. */
declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "forewarn-alert": HTMLAttributes<AlertElement> &
        RefAttributes<AlertElement> & {
          alert?: Alert | string | null | undefined;
          assessment?: Assessment | string | null | undefined;
          "assessment-id"?: string | null | undefined;
          placement?: "inline" | undefined;
          theme?: "light" | "dark" | undefined;
          "heading-level"?: 1 | 2 | 3 | 4 | 5 | 6 | undefined;
          "onforewarn-ready"?: ((event: CustomEvent<ReadyDetail>) => void) | undefined;
          "onforewarn-error"?: ((event: CustomEvent<ErrorDetail>) => void) | undefined;
          "onforewarn-outcome"?: ((event: CustomEvent<OutcomeDetail>) => void) | undefined;
        };
    }
  }
}
