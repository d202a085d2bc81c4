#include "textflag.h"

// func prefetchTask(task uintptr)
TEXT ·prefetchTask(SB), NOSPLIT, $0-8
	MOVQ task+0(FP), AX
	PREFETCHT0 (AX)
	PREFETCHT0 64(AX)
	PREFETCHT0 128(AX)
	RET

// func prefetchCoro(coro uintptr)
TEXT ·prefetchCoro(SB), NOSPLIT, $0-8
	MOVQ coro+0(FP), AX
	PREFETCHT0 (AX)
	RET

// func prefetchGoroutine(goroutine, top, next, yield uintptr)
TEXT ·prefetchGoroutine(SB), NOSPLIT, $0-32
	MOVQ goroutine+0(FP), AX
	PREFETCHT0 (AX)
	PREFETCHT0 64(AX)
	PREFETCHT0 128(AX)
	PREFETCHT0 192(AX)
	PREFETCHT0 384(AX)
	MOVQ top+8(FP), AX
	PREFETCHT0 64(AX)
	PREFETCHT0 (AX)
	PREFETCHT0 -64(AX)
	PREFETCHT0 -128(AX)
	PREFETCHT0 -192(AX)
	PREFETCHT0 -256(AX)
	MOVQ next+16(FP), AX
	PREFETCHT0 (AX)
	MOVQ yield+24(FP), AX
	PREFETCHT0 (AX)
	RET
