; Performance rules of JavaScript and TypeScript, under the names of eslint.

; no-await-in-loop · A loop waits in each round
; why: The rounds run one after the other: where they do not need each other, begin all and wait for Promise.all.
; needles: await
(await_expression
  "await" @_word
  (#looped? @_word)
  (#needle? "await")) @finding
