#include "textflag.h"

// func prefetchTask(task uintptr)
TEXT ·prefetchTask(SB), NOSPLIT, $0-8
	MOVD task+0(FP), R0
	PRFM (R0), PLDL1KEEP
	PRFM 64(R0), PLDL1KEEP
	PRFM 128(R0), PLDL1KEEP
	RET

// func prefetchCoro(coro uintptr)
TEXT ·prefetchCoro(SB), NOSPLIT, $0-8
	MOVD coro+0(FP), R0
	PRFM (R0), PLDL1KEEP
	RET

// func prefetchGoroutine(goroutine, top, next, yield uintptr)
TEXT ·prefetchGoroutine(SB), NOSPLIT, $0-32
	MOVD goroutine+0(FP), R0
	PRFM (R0), PLDL1KEEP
	PRFM 64(R0), PLDL1KEEP
	PRFM 128(R0), PLDL1KEEP
	PRFM 192(R0), PLDL1KEEP
	PRFM 384(R0), PLDL1KEEP
	MOVD top+8(FP), R0
	SUB  $256, R0
	PRFM (R0), PLDL1KEEP
	PRFM 64(R0), PLDL1KEEP
	PRFM 128(R0), PLDL1KEEP
	PRFM 192(R0), PLDL1KEEP
	PRFM 256(R0), PLDL1KEEP
	PRFM 320(R0), PLDL1KEEP
	MOVD next+16(FP), R0
	PRFM (R0), PLDL1KEEP
	MOVD yield+24(FP), R0
	PRFM (R0), PLDL1KEEP
	RET
