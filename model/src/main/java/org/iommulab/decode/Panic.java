package org.iommulab.decode;

import java.util.List;
import java.util.function.Function;

/** A kernel that stops: what stands behind its last word (kernel/panic.c), whoever says it. */
public final class Panic {
    static final int FRAMES = 48;

    /** 32-bit ARM names the caller, too; the lab itself knows no offsets. */
    static final LineForm BARE_FRAME =
            LineForm.whole("{frame:/[A-Za-z_][\\w.]{2,80}/}{?+{offset:x}?}{rest:/(?: from .{3,160})?$/}");

    private Panic() {}

    /** @param word what it says, or the line around it */
    public static Report block(LineForm word, Function<Found, Explanation> explain) {
        return task(new Report(word, List.of(), explain))
                .then(LineForm.of("{head:/Call [Tt]race:|Backtrace:/}"))
                .then(BARE_FRAME, FRAMES)
                .then(LineForm.of("---[ end Kernel panic"));
    }

    /** dump_stack_print_info. */
    static Report task(Report report) {
        return report.then(
                        LineForm.of("CPU: {cpu:d} {?UID: {uid:d} ?}PID: {pid:d} Comm: {comm:/.{1,32}/} {taint:/(?:Not"
                                + " t|T)ainted.*/}"))
                .then(LineForm.whole("Tainted: [{words:r}")) // since v6.11, print_tainted_verbose
                .then(LineForm.whole("{taint:/(?:Not t|T)ainted.*/}")) // the lab itself, which knows no task
                .then(LineForm.of("Hardware name: {hardware:r}"));
    }
}
