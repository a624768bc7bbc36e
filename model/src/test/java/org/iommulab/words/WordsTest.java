package org.iommulab.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.KernelLog;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Taint;
import org.iommulab.kernel.Version;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Machine;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
    private static final Term DETACH = Term.function("iommu_detach_device", "drivers/iommu/iommu.c");
    private static final Term SET_DOMAIN = Term.function("__iommu_group_set_domain", "drivers/iommu/iommu.c");
    private static final Term ATTACH_DEV = Term.function("exynos_iommu_attach_device", "drivers/iommu/exynos-iommu.c");
    private static final Term IRQ = Term.function("exynos_sysmmu_irq", "drivers/iommu/exynos-iommu.c");
    private static final Term DRIVER = Term.reference("driver");
    private static final KernelLogText.Form ARM32 =
            new KernelLogText.Form(KernelLogText.Arch.ARM32, true, Version.V6_2);
    private static final KernelLogText.Form ARM64 =
            new KernelLogText.Form(KernelLogText.Arch.ARM64, true, Version.V6_2);

    private final Machine machine = Machine.recording();
    private final SimObject mixer = thing("12c10000.mixer");
    private final SimObject driver = thing("exynos-mixer");

    @BeforeEach
    void bindTheDriver() {
        machine.emit(EventKind.CHANGED, Lane.CORE, DRIVER, mixer, 0, driver.id());
    }

    @Test
    void aDeviceLineHasTheBoundDriverInFrontOfTheName() {
        log("<6>Adding to iommu group %d", mixer.id(), 3, 0);
        machine.emit(EventKind.CHANGED, Lane.CORE, DRIVER, mixer, driver.id(), 0);
        log("<6>Removing from iommu group %d", mixer.id(), 3, 0);
        log("<7>not in the log of a kernel without dynamic debug", mixer.id(), 0, 0);
        log("<4>%o: gone at 0x%x", 0, mixer.id(), 0x20101000);
        assertThat(lines(ARM32))
                .containsExactly(
                        "exynos-mixer 12c10000.mixer: Adding to iommu group 3",
                        "platform 12c10000.mixer: Removing from iommu group 3",
                        "12c10000.mixer: gone at 0x20101000");
    }

    @Test
    void aLineMayFillUpWithZerosAndTellThreeNumbers() {
        log("<3>fsr=0x%h, iova=0x%016x, fsynr=0x%l", mixer.id(), LogText.pack(0x80000202, 0x13), 0x5234_6000L);
        assertThat(lines(ARM32))
                .containsExactly("exynos-mixer 12c10000.mixer: fsr=0x80000202, iova=0x0000000052346000, fsynr=0x13");
    }

    @Test
    void aLineMayGoOn() {
        log("<3>iova = 0x%08x: dte_index: 0x%x", mixer.id(), 0x5234_6000L, 0x148);
        log("<c> pte_index: 0x%x page_offset: 0x%x", mixer.id(), 0x346, 0);
        log("<c> flags: 0x%x", mixer.id(), 6, 0);
        assertThat(lines(ARM32))
                .containsExactly("exynos-mixer 12c10000.mixer: iova = 0x52346000: dte_index: 0x148 pte_index: 0x346"
                        + " page_offset: 0x0 flags: 0x6");
    }

    @Test
    void aWarningIsABlockWithTheCallStackAndNoInventedNumber() {
        Term text = LogText.of("<4>iommu driver failed to attach the default/blocking domain");
        machine.run(
                Lane.CORE,
                DETACH,
                mixer,
                0,
                0,
                () -> machine.run(
                        Lane.CORE,
                        SET_DOMAIN,
                        mixer,
                        0,
                        0,
                        () -> machine.emit(EventKind.WARN, Lane.CORE, SET_DOMAIN, mixer, text.asOperand(), 0)));
        assertThat(lines(ARM32))
                .containsExactly(
                        "------------[ cut here ]------------",
                        "WARNING: at drivers/iommu/iommu.c __iommu_group_set_domain",
                        "iommu driver failed to attach the default/blocking domain",
                        "Not tainted 6.2",
                        " __iommu_group_set_domain from iommu_detach_device",
                        "---[ end trace 0000000000000000 ]---");
        assertThat(lines(ARM64))
                .containsExactly(
                        "------------[ cut here ]------------",
                        "iommu driver failed to attach the default/blocking domain",
                        "WARNING: at drivers/iommu/iommu.c __iommu_group_set_domain",
                        "Not tainted 6.2",
                        "Call trace:",
                        " __iommu_group_set_domain",
                        " iommu_detach_device",
                        "---[ end trace 0000000000000000 ]---");
    }

    /** print_tainted: it is said from the next block on. */
    @ParameterizedTest
    @CsvSource({
        "V6_1, false, Tainted: G        W          6.1",
        "V6_1, true, Tainted: G     U  W          6.1",
        "V6_12, true, 'Tainted: G     U  W          6.12|Tainted: [U]=USER, [W]=WARN'"
    })
    void aBlockSaysWhatTaintedTheKernelBefore(Version release, boolean user, String second) {
        machine.emit(EventKind.WARN, Lane.CORE, SET_DOMAIN, mixer, 0, 0);
        if (user) {
            machine.emit(EventKind.CHANGED, Lane.CORE, Term.hex(KernelLog.TAINTED), mixer, 0, Taint.USER.mask());
        }
        machine.emit(EventKind.WARN, Lane.CORE, SET_DOMAIN, mixer, 0, 0);
        assertThat(lines(new KernelLogText.Form(KernelLogText.Arch.ARM64, true, release)).stream()
                        .filter(line -> line.contains("ainted")))
                .containsExactlyElementsOf(
                        Stream.concat(Stream.of("Not tainted " + release.text()), Stream.of(second.split("\\|")))
                                .toList());
    }

    @Test
    void aReturnedCallIsInNoBacktrace() {
        machine.run(Lane.CORE, DETACH, mixer, 0, 0, () -> {});
        machine.run(
                Lane.CORE,
                SET_DOMAIN,
                mixer,
                0,
                0,
                () -> machine.emit(EventKind.WARN, Lane.CORE, SET_DOMAIN, mixer, 0, 0));
        assertThat(lines(ARM64)).contains(" __iommu_group_set_domain").doesNotContain(" iommu_detach_device");
    }

    @Test
    void aBugAPanicAndANullCallHaveTheirOwnForms() {
        machine.emit(EventKind.OOPS, Lane.CORE, IRQ, mixer, 0, 0);
        assertThat(lines(ARM32))
                .containsSubsequence(
                        "kernel BUG at drivers/iommu/exynos-iommu.c!", "Internal error: Oops - BUG: 0 [#1] SMP ARM");
        Term text = LogText.of("<0>Unrecoverable System MMU Fault!");
        machine.emit(EventKind.OOPS, Lane.CORE, IRQ, mixer, text.asOperand(), 0);
        assertThat(lines(ARM32)).contains("Kernel panic - not syncing: Unrecoverable System MMU Fault!");
        machine.emit(
                EventKind.OOPS,
                Lane.CORE,
                Term.function("NULL pointer dereference", ""),
                mixer,
                Term.hex("attach_dev").asOperand(),
                0);
        assertThat(lines(new KernelLogText.Form(KernelLogText.Arch.ARM32, false, Version.V6_2)))
                .contains("Unable to handle kernel NULL pointer dereference", "Internal error: Oops [#1] ARM");
    }

    /** arch/x86/mm/fault.c: show_fault_oops; arch/x86/kernel/dumpstack.c: __die_header, v6.1 and v6.12. */
    @ParameterizedTest
    @CsvSource({
        "ARM64, V6_1, Unable to handle kernel NULL pointer dereference, Internal error: Oops [#1] SMP, Call trace:",
        "X86, V6_1, BUG: kernel NULL pointer dereference, Oops [#1] SMP, Call Trace:",
        "X86, V6_12, BUG: kernel NULL pointer dereference, Oops: Oops [#1] SMP, Call Trace:",
        "OTHER, V6_1, Unable to handle kernel NULL pointer dereference, Oops [#1] SMP, Call Trace:"
    })
    void aNullCallIsToldInTheWordsOfTheArchitecture(
            KernelLogText.Arch arch, Version release, String what, String code, String trace) {
        machine.emit(
                EventKind.OOPS,
                Lane.CORE,
                Term.function("NULL pointer dereference", ""),
                mixer,
                Term.hex("attach_dev").asOperand(),
                0);
        assertThat(lines(new KernelLogText.Form(arch, true, release))).containsSubsequence(what, code, trace);
    }

    @ParameterizedTest
    @CsvSource({
        "ARM64, V6_12, Internal error: Oops - BUG [#1] SMP",
        "X86, V6_7, invalid opcode: 0000 [#1] SMP",
        "X86, V6_12, Oops: invalid opcode: 0000 [#1] SMP"
    })
    void aBugIsToldInTheWordsOfTheArchitecture(KernelLogText.Arch arch, Version release, String code) {
        machine.emit(EventKind.OOPS, Lane.CORE, IRQ, mixer, 0, 0);
        assertThat(lines(new KernelLogText.Form(arch, true, release)))
                .containsSubsequence("kernel BUG at drivers/iommu/exynos-iommu.c!", code);
    }

    @Test
    void tracepointsPrintAsTracePipeDoes() {
        trace("add_device_to_group", Operand.DECIMAL, Operand.NONE, 2, 0);
        trace("attach_device_to_domain", Operand.NONE, Operand.NONE, 0, 0);
        trace("map", Operand.HEX, Operand.PHYS_AND_PAGES, 0x20000000L, Term.packPages(0x6d2f5000L, 0x2000));
        trace("unmap", Operand.HEX, Operand.PAGES_AND_PAGES, 0x20000000L, Term.packSizes(0x2000, 0x1000));
        trace("io_page_fault", Operand.HEX, Operand.HEX, 0x20101000L, 0);
        String start = "           <...>-0       [000] .....     1.500000: ";
        assertThat(TraceText.lines(machine.finish(), _ -> 1.5))
                .containsExactly(
                        start + "add_device_to_group: IOMMU: groupID=2 device=12c10000.mixer",
                        start + "attach_device_to_domain: IOMMU: device=12c10000.mixer",
                        start + "map: IOMMU: iova=0x0000000020000000 - 0x0000000020002000"
                                + " paddr=0x000000006d2f5000 size=8192",
                        start + "unmap: IOMMU: iova=0x0000000020000000 - 0x0000000020002000 size=8192"
                                + " unmapped_size=4096",
                        start
                                + "io_page_fault: IOMMU:exynos-mixer 12c10000.mixer iova=0x0000000020101000"
                                + " flags=0x0000");
    }

    /** dev_driver_string, of a device that has no driver. */
    @Test
    void aFaultOfADeviceWithoutADriverNamesItsBus() {
        Term fault = Term.of("io_page_fault", "iommu", Operand.HEX, Operand.HEX, Operand.NONE);
        machine.emit(EventKind.TRACEPOINT, Lane.CORE, fault, thing("0000:01:00.0"), 0x1000, 1);
        machine.emit(EventKind.TRACEPOINT, Lane.CORE, fault, thing("11c00000.fimd"), 0x1000, 1);
        assertThat(TraceText.lines(machine.finish(), _ -> 1.5))
                .extracting(line -> line.substring(line.indexOf("IOMMU:")))
                .containsExactly(
                        "IOMMU:pci 0000:01:00.0 iova=0x0000000000001000 flags=0x0001",
                        "IOMMU:platform 11c00000.fimd iova=0x0000000000001000 flags=0x0001");
    }

    @Test
    void everyKindOfEventHasALine() {
        for (EventKind kind : EventKind.values()) {
            machine.emit(kind, Lane.CORE, ATTACH_DEV, mixer, kind == EventKind.OOPS ? 0 : 1, 0);
        }
        var recording = machine.finish();
        var text = new EventText(recording);
        for (int step = 1; step <= recording.length(); step++) {
            assertThat(text.line(recording.event(step))).matches("\\s*" + step + "  core      .+");
        }
    }

    @Test
    void anEventLineIsIndentedByDepthAndSaysWhatWasCalledWithWhat() {
        machine.run(Lane.CORE, DETACH, mixer, driver.id(), 0, () -> {
            machine.emit(
                    EventKind.CALLBACK, Lane.DRIVER, ATTACH_DEV, mixer, Callback.ATTACH_DEV.ordinal(), driver.id());
            machine.emit(EventKind.MISSING, Lane.CORE, SET_DOMAIN, mixer, Callback.DETACH_DEV.ordinal(), 0);
        });
        var recording = machine.finish();
        var text = new EventText(recording);
        assertThat(text.line(recording.event(2)))
                .isEqualTo("      2  core      iommu_detach_device(12c10000.mixer, exynos-mixer)");
        assertThat(text.line(recording.event(3)))
                .isEqualTo("      3  driver      callback attach_dev: exynos_iommu_attach_device"
                        + "(12c10000.mixer, exynos-mixer)");
        assertThat(text.text(recording.event(4))).isEqualTo("no callback detach_dev [12c10000.mixer]");
        assertThat(text.text(recording.event(5))).isEqualTo("iommu_detach_device returns 0");
    }

    private void log(String format, int object, long a, long b) {
        machine.emit(EventKind.LOG, Lane.CORE, LogText.of(format), object, a, b);
    }

    private void trace(String name, Operand a, Operand b, long first, long second) {
        machine.emit(EventKind.TRACEPOINT, Lane.CORE, Term.of(name, "iommu", a, b, Operand.NONE), mixer, first, second);
    }

    private List<String> lines(KernelLogText.Form form) {
        return KernelLogText.lines(machine.finish(), form).stream()
                .map(KernelLogText.Line::text)
                .toList();
    }

    private SimObject thing(String name) {
        return new SimObject(machine) {
            @Override
            public String label() {
                return name;
            }
        };
    }
}
