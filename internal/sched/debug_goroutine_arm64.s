#include "textflag.h"

// func self() uintptr
TEXT ·self(SB), NOSPLIT, $0-8
	MOVD g, ret+0(FP)
	RET

// func frames(returns *[walked]uintptr)
//
// Written in assembly for the stack not to move meanwhile.
TEXT ·frames(SB), NOSPLIT, $0-8
	MOVD returns+0(FP), R0
	MOVD R29, R1
	MOVD $16, R2
next:
	CBZ R1, done
	MOVD 8(R1), R3
	MOVD R3, (R0)
	MOVD (R1), R1
	ADD $8, R0
	SUB $1, R2
	CBNZ R2, next
done:
	RET
