package org.iommulab.decode;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The shapes in which a kernel tells that something is badly wrong: WARN, BUG, oops, panic, stall (kernel/panic.c,
 * lib/bug.c, arch/&#42;/kernel/traps.c, kernel/rcu/tree_stall.h). A whole block is one report.
 */
final class OopsText implements FaultText {
    private static final String SOURCE = "__warn, report_bug, die, show_regs";
    private static final int OTHERS = 64;

    private static final Pattern TAINTED = Pattern.compile("^Tainted: ([A-Z ]+)");

    private static final LineForm CUT = LineForm.of("------------[ cut here ]------------");
    private static final LineForm ARM_CUT = LineForm.of("8<--- cut here ---");
    private static final LineForm WARNING = LineForm.of("WARNING: {?CPU: {cpu:d} PID: {pid:d} ?}at {file:s} "
            + "{function:/[A-Za-z_][\\w.]*/}{?+{offset:x}?}{module:r}");
    /** Later kernels. */
    private static final LineForm NEW_WARNING = LineForm.of(
            "WARNING: {file:/[\\w.\\-]+.[\\w.\\-]+:\\d+|\\S+:\\d+/} at " + "{function:/[A-Za-z_][\\w.]*/}+{offset:x}");

    private static final LineForm BUG = LineForm.of("kernel BUG at {file:s}!");
    private static final LineForm NULL = LineForm.of(
            "Unable to handle kernel {what:/(?:NULL pointer dereference|paging request|access to user memory|[a-z"
                    + " ]{4,60}?)/}{? at virtual address {address:x}?}");
    private static final LineForm X86_NULL = LineForm.of(
            "BUG: {what:/kernel NULL pointer dereference|unable to handle page fault/}{?{for:/, address| for"
                    + " address/}: {address:x}?}");
    private static final LineForm OOPS = LineForm.of(
            "{error:/(?:Internal error: )?Oops(?: - [A-Za-z ]+)?|invalid opcode/}{?: {code:s}?} [#{nth:d}]{flags:r}");
    private static final LineForm PANIC = LineForm.of("Kernel panic - not syncing: {panic:r}");
    private static final LineForm STALL =
            LineForm.of("rcu: INFO: {rcu:w} {how:/detected stalls on CPUs.tasks:|self-detected stall on CPU/}");
    private static final LineForm FRAME =
            LineForm.of("{gap:/[ \\t]*(?:\\[<[0-9a-f]+>\\] )?[ ?]*/}{frame:/[A-Za-z_][\\w.]{0,80}/}+{offset:x}");

    private static final List<Report> REPORTS = List.of(
            block(new Report(CUT, List.of(), OopsText::explain)
                    .then(WARNING)
                    .then(NEW_WARNING)
                    .then(BUG)),
            block(new Report(ARM_CUT, List.of(), OopsText::explain)),
            block(new Report(WARNING, List.of(), OopsText::explain)),
            block(new Report(NEW_WARNING, List.of(), OopsText::explain)),
            block(new Report(BUG, List.of(), OopsText::explain)),
            block(new Report(NULL, List.of(), OopsText::explain)),
            block(new Report(X86_NULL, List.of(), OopsText::explain)),
            block(new Report(OOPS, List.of(), OopsText::explain)),
            block(new Report(STALL, List.of(), OopsText::explain)),
            Panic.block(PANIC, OopsText::explain));

    @Override
    public String title() {
        return "kernel";
    }

    @Override
    public List<Report> reports() {
        return REPORTS;
    }

    private static Report block(Report report) {
        return Panic.task(report.then(NULL)
                        .then(X86_NULL)
                        .then(OOPS)
                        .then(LineForm.of("Modules linked in:{modules:r}"), 2))
                .then(LineForm.of("Workqueue: {queue:r}"))
                .then(LineForm.of("Process {process:/.{1,32}/} (pid: {pid:d}, stack limit = "))
                .then(
                        LineForm.of("{head:/Call [Tt]race:|Backtrace:|Mem abort info:|Stack:|Exception stack|["
                                + " ]*<.?(?:TASK|IRQ|NMI)>/}"),
                        OTHERS)
                .then(
                        LineForm.of("{gap:/ */}{pc:/RIP|pc|PC is at/}{between:/(?: :|:)?"
                                + " (?:[0-9a-f]{4}:)?/}{function:/[A-Za-z_][\\w.]*/}+{offset:x}"),
                        2)
                .then(LineForm.of("{pc2:/lr|LR is at/}{between:/(?: :)? /}{caller:/[A-Za-z_][\\w.]*/}+{offset:x}"), 2)
                .then(FRAME, Panic.FRAMES)
                .then(Panic.BARE_FRAME, Panic.FRAMES)
                .then(
                        LineForm.of("{gap:/"
                            + " */}{dump:/(?:R[A-Z0-9]{2}|CR\\d|FS|x\\d{1,2}|sp|pstate|r\\d{1,2}|fp|ip|pc|psr|Flags|Control|EFLAGS|[0-9a-f]{4}|Code|Stack|pgd|ESR|EC|SET|FSC|EA|Data"
                            + " abort info|ISV|CM)/}{colon:/ ?:? ?[:=(]/}"),
                        OTHERS)
                .then(LineForm.of("{pgd:/\\[[0-9a-f]{4,16}\\] \\*?pgd=/}"))
                .then(PANIC)
                .then(LineForm.of("---[ end {end:/trace [0-9a-f]+|Kernel panic.*/} ]---"));
    }

    private static Explanation explain(Found found) {
        String where = found.has("function") ? found.text("function") : found.text("file");
        Explanation explanation = Explanation.of(title(found, where), sentence(found, where));
        explanation.field("what", found.text("what"), "", SOURCE);
        explanation.field(
                "address",
                found.text("address"),
                found.hex("address") < 4096
                        ? "below one page: a field of a structure that is not there (NULL)"
                        : "an address that is not mapped",
                SOURCE);
        explanation.field("file", found.text("file"), isIommu(found.text("file")) ? "code of the IOMMUs" : "", SOURCE);
        explanation.field("function", found.text("function"), words(found.text("function")), SOURCE);
        explanation.field("panic", found.text("panic"), "the machine stops", "panic");
        explanation.field("error", found.text("error"), "code " + found.text("code"), SOURCE);
        explanation.field(
                "stall",
                found.text("rcu"),
                "a CPU has not passed a quiet point for 21 seconds",
                "print_other_cpu_stall");
        explanation.field(
                "task",
                found.text("comm"),
                found.has("pid") ? "process " + found.text("pid") + " on CPU " + found.text("cpu") : "",
                SOURCE);
        explanation.field("taint", found.text("taint"), taint(found.text("taint")), "print_tainted");
        explanation.field("hardware", found.text("hardware"), "", SOURCE);
        List<String> frames = found.all("frame");
        return explanation.field(
                "backtrace",
                String.join(" < ", frames),
                frames.isEmpty()
                        ? ""
                        : "innermost first; those of IOMMUs: "
                                + frames.stream()
                                        .filter(f -> f.contains("iommu") || f.contains("domain"))
                                        .collect(Collectors.joining(", ")),
                SOURCE);
    }

    private static String title(Found found, String where) {
        if (found.has("panic") && where.isEmpty()) {
            return "the kernel stops";
        }
        if (found.has("rcu")) {
            return "a CPU hangs";
        }
        if (found.has("what") || found.has("error")) {
            return "the kernel died" + (where.isEmpty() ? "" : " in " + where);
        }
        return where.isEmpty() ? "a block of an oops" : "a warning in " + where;
    }

    private static String sentence(Found found, String where) {
        if (found.has("rcu")) {
            return "Another CPU noticed that one has stopped, often because a lock is taken twice with interrupts off.";
        }
        if (found.has("what")) {
            return "The kernel followed a pointer that leads nowhere" + (where.isEmpty() ? "." : ", in " + where + ".");
        }
        if (found.has("panic")) {
            return "The kernel stops the machine: " + found.text("panic") + ".";
        }
        if (found.has("error")) {
            return "The task was killed with whatever locks it held.";
        }
        String meaning = words(found.text("function"));
        return "A check in the kernel failed; it goes on." + (meaning.isEmpty() ? "" : " " + meaning + ".");
    }

    private static boolean isIommu(String file) {
        return file.contains("iommu") || file.contains("dma") || file.contains("vfio");
    }

    /** Functions of the core in which warnings of the series are seen. */
    private static String words(String function) {
        String name = function.contains(".") ? function.substring(0, function.indexOf('.')) : function;
        return switch (name) {
            case "__iommu_group_set_domain", "iommu_group_do_set_platform_dma", "__iommu_group_do_detach_device" ->
                "the group was to go to no domain at all, or to its own, and the driver has no way to do it";
            case "__iommu_group_set_core_domain",
                    "__iommu_take_dma_ownership",
                    "iommu_group_release_dma_owner",
                    "__iommu_release_dma_ownership" -> "ownership of a group changed in a way that must not fail";
            case "iommu_detach_device", "iommu_detach_group", "__iommu_detach_group" -> "a user domain was taken off";
            case "iommu_setup_dma_ops", "iommu_dma_init_domain" -> "DMA operations could not be set up";
            default -> "";
        };
    }

    /** The letters between the word and the release, see the kernel's taint_flags. */
    private static String taint(String taint) {
        if (taint.startsWith("Not tainted")) {
            return "nothing unusual before";
        }
        return TAINTED.matcher(taint)
                .results()
                .flatMap(flags -> flags.group(1).chars().mapToObj(OopsText::flag))
                .filter(words -> !words.isEmpty())
                .collect(Collectors.joining(", "));
    }

    private static String flag(int letter) {
        return switch (letter) {
            case 'P' -> "P: a module that is not free was loaded";
            case 'F' -> "F: a module was forced in";
            case 'S' -> "S: a CPU is used beyond what it is made for";
            case 'R' -> "R: a module was forced out";
            case 'M' -> "M: a machine check happened before";
            case 'B' -> "B: a page was found in a bad state";
            case 'U' -> "U: a user was given something unsafe, as a device without an IOMMU is";
            case 'D' -> "D: the kernel died before";
            case 'A' -> "A: a table of the firmware was replaced";
            case 'W' -> "W: there was a warning before";
            case 'C' -> "C: a driver of the staging area was loaded";
            case 'I' -> "I: a mistake of the firmware is worked around";
            case 'O' -> "O: a module from outside the kernel's tree was loaded";
            case 'E' -> "E: a module without signature was loaded";
            case 'L' -> "L: a CPU was stuck before";
            case 'K' -> "K: the kernel was patched while it ran";
            case 'X' -> "X: something that the distribution says";
            case 'T' -> "T: built with shuffled structures";
            case 'N' -> "N: a test ran in the kernel";
            default -> "";
        };
    }
}
