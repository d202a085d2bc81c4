#include "textflag.h"

// func readCalls(p *callPath)
TEXT ·readCalls(SB), NOSPLIT|NOFRAME, $0-8
	MOVD p+0(FP), R0
	MOVD R29, R1
	MOVD $0, R2
	ADD $8, R0, R5 // returns
	ADD $104, R0, R6 // frames
next:
	CBZ R1, done
	MOVD 8(R1), R3
	MOVD R3, (R5)(R2<<3)
	SUB R29, R1, R4
	MOVD R4, (R6)(R2<<3)
	MOVD (R1), R1
	ADD $1, R2
	CMP $12, R2
	BLT next
done:
	MOVD R2, (R0)
	RET

// func sameCalls(p *callPath) bool
TEXT ·sameCalls(SB), NOSPLIT|NOFRAME, $0-9
	MOVD p+0(FP), R0
	MOVD (R0), R1
	MOVD $0, R2
	ADD $8, R0, R5 // returns
	ADD $104, R0, R6 // frames
	CBZ R1, differ
next: // innermost first: so long as they are the same, the next lies where it did
	MOVD (R6)(R2<<3), R4
	MOVD (R5)(R2<<3), R3
	ADD R29, R4, R4
	MOVD 8(R4), R4
	CMP R3, R4
	BNE differ
	ADD $1, R2
	CMP R1, R2
	BLT next
	MOVD $1, R3
	MOVB R3, ret+8(FP)
	RET
differ:
	MOVB ZR, ret+8(FP)
	RET

// func cycleCount() uint64
TEXT ·cycleCount(SB), NOSPLIT|NOFRAME, $0-8
	MRS CNTVCT_EL0, R0
	MOVD R0, ret+0(FP)
	RET
