#include "textflag.h"

// func self() uintptr
TEXT ·self(SB), NOSPLIT, $0-8
	MOVQ (TLS), AX
	MOVQ AX, ret+0(FP)
	RET

// func frames(returns *[walked]uintptr)
//
// Written in assembly for the stack not to move meanwhile.
TEXT ·frames(SB), NOSPLIT, $0-8
	MOVQ returns+0(FP), DI
	MOVQ BP, AX
	MOVQ $16, CX
next:
	TESTQ AX, AX
	JZ done
	MOVQ 8(AX), DX
	MOVQ DX, (DI)
	MOVQ (AX), AX
	ADDQ $8, DI
	DECQ CX
	JNZ next
done:
	RET
