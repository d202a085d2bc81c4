#include "textflag.h"

// func readCalls(p *callPath)
TEXT ·readCalls(SB), NOSPLIT|NOFRAME, $0-8
	MOVQ p+0(FP), DI
	MOVQ BP, SI
	XORQ AX, AX
next:
	TESTQ SI, SI
	JZ done
	MOVQ 8(SI), CX
	MOVQ CX, 8(DI)(AX*8) // returns
	MOVQ SI, DX
	SUBQ BP, DX
	MOVQ DX, 104(DI)(AX*8) // frames
	MOVQ (SI), SI
	INCQ AX
	CMPQ AX, $12
	JLT next
done:
	MOVQ AX, (DI)
	RET

// func sameCalls(p *callPath) bool
TEXT ·sameCalls(SB), NOSPLIT|NOFRAME, $0-9
	MOVQ p+0(FP), DI
	MOVQ (DI), CX
	XORQ AX, AX
	TESTQ CX, CX
	JZ differ
next: // innermost first: so long as they are the same, the next lies where it did
	MOVQ 104(DI)(AX*8), DX // frames
	MOVQ 8(DI)(AX*8), R8 // returns
	CMPQ R8, 8(BP)(DX*1)
	JNE differ
	INCQ AX
	CMPQ AX, CX
	JLT next
	MOVB $1, ret+8(FP)
	RET
differ:
	MOVB $0, ret+8(FP)
	RET

// func cycleCount() uint64
TEXT ·cycleCount(SB), NOSPLIT|NOFRAME, $0-8
	RDTSC
	SHLQ $32, DX
	ORQ DX, AX
	MOVQ AX, ret+0(FP)
	RET
