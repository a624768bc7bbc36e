package org.iommulab.app.log;

import java.util.List;
import org.iommulab.app.log.LogLine.Kind;
import org.iommulab.scenario.PlayedRun;
import org.iommulab.scenario.Run;
import org.iommulab.words.KernelLogText;

/** The kernel log of a whole run, in order of steps. */
final class LogLines {
    private LogLines() {}

    static List<LogLine> of(Run run) {
        return KernelLogText.lines(run.recording(), form(run)).stream()
                .map(line -> new LogLine(line.step(), line.text(), kind(line.text())))
                .toList();
    }

    /** A run that was played knows its machine; of another only its line about the board is known. */
    private static KernelLogText.Form form(Run run) {
        if (run instanceof PlayedRun played) {
            return played.logForm();
        }
        return new KernelLogText.Form(
                arch(run.boardLine()),
                run.kernel().config().getOrDefault("SMP", true),
                run.kernel().version());
    }

    private static KernelLogText.Arch arch(String board) {
        if (board.contains("arm32")) {
            return KernelLogText.Arch.ARM32;
        }
        boolean x86 = board.contains("x86") || board.contains("amd64"); // a captured kernel's release has the second
        return x86 ? KernelLogText.Arch.X86 : KernelLogText.Arch.ARM64;
    }

    private static Kind kind(String text) {
        if (text.startsWith("-----")
                || text.startsWith("---[")
                || text.startsWith("8<---")
                || text.startsWith(" ")
                || text.startsWith("Not tainted")
                || text.startsWith("Tainted: ")) {
            return Kind.QUIET;
        }
        boolean bad = text.startsWith("WARNING:")
                || text.startsWith("kernel BUG")
                || text.startsWith("Unable to handle")
                || text.startsWith("BUG: ")
                || text.startsWith("invalid opcode")
                || text.startsWith("Oops")
                || text.startsWith("Internal error")
                || text.startsWith("Kernel panic")
                || text.startsWith("rcu: INFO: rcu_preempt detected stalls")
                || text.contains(" FAULT occurred at ");
        return bad ? Kind.BAD : Kind.PLAIN;
    }

    /** How many of these lines were there at a step. */
    static int count(List<LogLine> lines, int step) {
        int low = 0;
        int high = lines.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (lines.get(middle).step() <= step) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
