package org.iommulab.backend.intel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.backend.intel.VtdRig.RW;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.iommulab.hardware.Reply;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.pagetable.Prot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Where accesses go, and why others do not; what the picture says is what happens. */
class VtdUnitTest {
    private static final long OUTSIDE = 1L << 45;

    private static Reply readAsPictured(VtdUnitRig rig, long input) {
        var trace = rig.unit.trace(rig.ssd, input, false);
        Reply reply = rig.ssd.read32(input);
        switch (trace.verdict()) {
            case Verdict.Refused(String cause) -> assertThat(reply).isEqualTo(new Reply.Refused(cause));
            default -> assertThat(reply).isInstanceOf(Reply.Done.class);
        }
        return reply;
    }

    // ---- where accesses go

    static Stream<Arguments> goingThrough() {
        return Stream.of(
                Arguments.of("three levels", VtdCaps.QEMU, false, tables(rig -> rig.second(3))),
                Arguments.of("four levels", VtdUnitRig.SERVER, false, tables(rig -> rig.second(4))),
                Arguments.of("scalable, second level", VtdUnitRig.SERVER, true, second()),
                Arguments.of("scalable, first level", VtdUnitRig.SERVER, true, first()));
    }

    private static Function<VtdUnitRig, VtdPageTable> tables(Function<VtdUnitRig, VtdPageTable> made) {
        return rig -> {
            VtdPageTable table = made.apply(rig);
            rig.attach(table);
            return table;
        };
    }

    private static Function<VtdUnitRig, VtdPageTable> second() {
        return rig -> {
            VtdPageTable table = rig.second(4);
            rig.put(VtdPasidEntry.secondLevel(table.base(), VtdUnitRig.DOMAIN, 2, true));
            return table;
        };
    }

    private static Function<VtdUnitRig, VtdPageTable> first() {
        return rig -> {
            VtdPageTable table = rig.first();
            rig.put(VtdPasidEntry.firstLevel(table.base(), VtdUnitRig.DOMAIN, 2, false, false, true, false));
            return table;
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("goingThrough")
    void anAccessGoesWhereTheTablesSay(
            String name, VtdCaps caps, boolean scalable, Function<VtdUnitRig, VtdPageTable> attach) {
        var rig = new VtdUnitRig(caps).on(scalable);
        VtdPageTable table = attach.apply(rig);
        table.map(0x1000, rig.page(1), 4096, 1, RW);
        table.map(0x20_0000, rig.page(512), 4096, 512, RW);
        table.map(0x3000, rig.page(3), 4096, 1, Prot.READ);
        rig.rig.memory.write32(rig.page(1) + 4, 41);

        assertThat(rig.unit.translating(rig.ssd)).isTrue();
        assertThat(rig.unit.refuses(rig.ssd)).isFalse();
        assertThat(rig.unit.tableBase(rig.ssd)).isEqualTo(table.base());
        assertThat(readAsPictured(rig, 0x1004)).isEqualTo(new Reply.Done(41));
        assertThat(rig.ssd.write32(0x21_2344, 42)).isInstanceOf(Reply.Done.class);
        assertThat(rig.rig.memory.read32(rig.page(512) + 0x1_2344)).isEqualTo(42);
        assertThat(readAsPictured(rig, 0x3000)).isInstanceOf(Reply.Done.class);
        assertThat(rig.ssd.write32(0x3000, 1)).isInstanceOf(Reply.Refused.class);
        assertThat(readAsPictured(rig, 0x2000)).isInstanceOf(Reply.Refused.class);
        assertThat(rig.unit.tlb()).hasSize(caps.cachingMode() ? 4 : 3);
    }

    @Test
    void whileItIsOffAddressesPass() {
        var rig = new VtdUnitRig(VtdCaps.QEMU);
        rig.rig.memory.write32(rig.page(0), 7);
        assertThat(rig.ssd.read32(rig.page(0))).isEqualTo(new Reply.Done(7));
        assertThat(rig.unit.trace(rig.ssd, 5, false).verdict()).isEqualTo(new Verdict.Untranslated(5));
    }

    @Test
    void aContextEntryMayLetAddressesPass() {
        var rig = new VtdUnitRig(VtdCaps.QEMU).on(false);
        rig.put(VtdContext.EMPTY
                .withAddressWidth(1)
                .withTranslationType(VtdContext.PASS_THROUGH)
                .withPresent());
        rig.rig.memory.write32(rig.page(0), 7);
        assertThat(rig.ssd.read32(rig.page(0))).isEqualTo(new Reply.Done(7));
        assertThat(rig.unit.translating(rig.ssd)).isFalse();
    }

    @Test
    void aPasidEntryMayLetAddressesPass() {
        var rig = new VtdUnitRig(VtdUnitRig.SERVER).on(true);
        rig.put(VtdPasidEntry.passThrough(1, 2, true, false));
        rig.rig.memory.write32(rig.page(0), 7);
        assertThat(rig.ssd.read32(rig.page(0))).isEqualTo(new Reply.Done(7));
    }

    @Test
    void interruptsAreNotTranslated() {
        var rig = new VtdUnitRig(VtdCaps.QEMU).on(false);
        // nobody answers there in the rig, but it is not refused
        assertThat(rig.ssd.write32(VtdLayout.FIRST_INTERRUPT, 1))
                .isEqualTo(new Reply.NoAnswer(VtdLayout.FIRST_INTERRUPT));
        assertThat(rig.ssd.write32(VtdLayout.FIRST_INTERRUPT - 4, 1)).isInstanceOf(Reply.Refused.class);
        assertThat(rig.ssd.write32(VtdLayout.LAST_INTERRUPT + 1, 1)).isInstanceOf(Reply.Refused.class);
        assertThat(rig.ssd.read32(VtdLayout.FIRST_INTERRUPT)).isInstanceOf(Reply.Refused.class);
    }

    // ---- why others do not

    private static Consumer<VtdUnitRig> context(long low, long high) {
        return rig -> rig.put(new VtdContext(low, high));
    }

    private static Consumer<VtdUnitRig> root(long value) {
        return rig -> rig.rig.memory.write64(VtdUnitRig.ROOT + 16, value);
    }

    private static Consumer<VtdUnitRig> directory(long value) {
        return rig -> {
            rig.put(VtdPasidEntry.EMPTY);
            rig.rig.memory.write64(VtdUnitRig.DIRECTORY, value);
        };
    }

    private static Consumer<VtdUnitRig> pasid(long w0, long w1, long w2) {
        return rig -> rig.put(new VtdPasidEntry(w0, w1, w2));
    }

    private static Consumer<VtdUnitRig> entry(long entry) {
        return rig -> {
            VtdPageTable table = rig.second(4);
            rig.attach(table);
            rig.rig.memory.write64(table.base(), entry);
        };
    }

    private static Consumer<VtdUnitRig> attached(Function<VtdUnitRig, VtdPageTable> attach) {
        return rig -> assertThat(attach.apply(rig).levels()).isEqualTo(4);
    }

    static Stream<Arguments> legacyFaults() {
        return Stream.of(
                Arguments.of("root entry", root(0), 0L, VtdReason.ROOT_NOT_PRESENT),
                Arguments.of(
                        "root table",
                        (Consumer<VtdUnitRig>) rig -> {
                            rig.unit.write64(VtdLayout.RTADDR, OUTSIDE);
                            rig.unit.write32(VtdLayout.GCMD, 1 << VtdLayout.TE | 1 << VtdLayout.SRTP);
                        },
                        0L,
                        VtdReason.BAD_ROOT_TABLE),
                Arguments.of("context table", root(OUTSIDE | 1), 0L, VtdReason.BAD_CONTEXT_TABLE),
                Arguments.of("context entry", context(0, 2), 0L, VtdReason.CONTEXT_NOT_PRESENT),
                Arguments.of("width", context(1, 1), 0L, VtdReason.INVALID_CONTEXT),
                Arguments.of("translation type", context(0xd, 2), 0L, VtdReason.INVALID_CONTEXT),
                Arguments.of("top table", context(OUTSIDE | 1, 2), 0L, VtdReason.BAD_TABLE),
                Arguments.of("next table", entry(OUTSIDE | 3), 0L, VtdReason.BAD_TABLE),
                Arguments.of("nothing", entry(0), 0L, VtdReason.NO_READ),
                Arguments.of("address", entry(0), 1L << 48, VtdReason.BEYOND_MGAW));
    }

    static Stream<Arguments> scalableFaults() {
        return Stream.of(
                Arguments.of("root entry", root(0), 0L, VtdReason.SM_ROOT_NOT_PRESENT),
                Arguments.of("context table", root(OUTSIDE | 1), 0L, VtdReason.SM_BAD_CONTEXT_TABLE),
                Arguments.of("context entry", context(0, 0), 0L, VtdReason.SM_CONTEXT_NOT_PRESENT),
                Arguments.of("directory", context(OUTSIDE | 1, 0), 0L, VtdReason.SM_BAD_DIRECTORY),
                Arguments.of("directory entry", directory(0), 0L, VtdReason.SM_DIRECTORY_NOT_PRESENT),
                Arguments.of("PASID table", directory(OUTSIDE | 1), 0L, VtdReason.SM_BAD_PASID_TABLE),
                Arguments.of("PASID entry", pasid(0, 0, 0), 0L, VtdReason.SM_PASID_NOT_PRESENT),
                Arguments.of("nested", pasid(0xc9, 0, 0), 0L, VtdReason.SM_INVALID_PASID),
                Arguments.of("type 0", pasid(0x9, 0, 0), 0L, VtdReason.SM_INVALID_PASID),
                Arguments.of("width", pasid(0x85, 0, 0), 0L, VtdReason.SM_INVALID_PASID),
                Arguments.of("five levels", pasid(0x49, 0, 4), 0L, VtdReason.SM_INVALID_PASID),
                Arguments.of("second level", pasid(OUTSIDE | 0x89, 0, 0), 0L, VtdReason.SM_BAD_SECOND_LEVEL),
                Arguments.of("first level", pasid(0x49, 0, OUTSIDE), 0L, VtdReason.SM_BAD_FIRST_LEVEL),
                Arguments.of("address, second", attached(second()), 1L << 48, VtdReason.SM_BEYOND_SECOND_LEVEL),
                Arguments.of("address, first", attached(first()), 1L << 47, VtdReason.SM_NOT_CANONICAL),
                Arguments.of("nothing, second", attached(second()), 0L, VtdReason.SM_SECOND_LEVEL_PERMISSION),
                Arguments.of("nothing, first", attached(first()), 0L, VtdReason.SM_FIRST_LEVEL_NOT_PRESENT));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("legacyFaults")
    void legacyFault(String name, Consumer<VtdUnitRig> spoil, long input, VtdReason reason) {
        refused(new VtdUnitRig(VtdUnitRig.SERVER).on(false), spoil, input, reason);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scalableFaults")
    void scalableFault(String name, Consumer<VtdUnitRig> spoil, long input, VtdReason reason) {
        refused(new VtdUnitRig(VtdUnitRig.SERVER).on(true), spoil, input, reason);
    }

    private static void refused(VtdUnitRig rig, Consumer<VtdUnitRig> spoil, long input, VtdReason reason) {
        spoil.accept(rig);
        assertThat(readAsPictured(rig, input)).isEqualTo(new Reply.Refused(reason.text()));
        assertThat(rig.fault(0)).contains(new VtdFault(VtdUnitRig.SSD, input & -4096, reason.number(), false));
        assertThat(rig.status(VtdLayout.PPF)).isTrue();
        assertThat(rig.irq.isRaised()).isTrue();
        assertThat(rig.unit.fault()).contains(reason.text()).contains("01:00.0");
    }

    @Test
    void aSignExtendedAddressIsCanonical() {
        var rig = new VtdUnitRig(VtdUnitRig.SERVER).on(true);
        first().apply(rig);
        assertThat(readAsPictured(rig, 0xffff_8000_0000_0000L))
                .isEqualTo(new Reply.Refused(VtdReason.SM_FIRST_LEVEL_NOT_PRESENT.text()));
    }

    @Test
    void aWriteToWhatMayOnlyBeReadIsRefused() {
        var rig = new VtdUnitRig(VtdUnitRig.SERVER).on(false);
        VtdPageTable table = rig.second(4);
        rig.attach(table);
        table.map(0x1000, rig.page(1), 4096, 1, Prot.READ);
        assertThat(rig.ssd.write32(0x1000, 0)).isEqualTo(new Reply.Refused(VtdReason.NO_WRITE.text()));
        assertThat(rig.fault(0)).contains(new VtdFault(VtdUnitRig.SSD, 0x1000, 5, true));
    }

    @Test
    void silenceIsNotRecorded() {
        var rig = new VtdUnitRig(VtdUnitRig.SERVER).on(false);
        rig.put(new VtdContext(rig.second(4).base() | 3, 2));
        assertThat(rig.ssd.read32(0)).isEqualTo(new Reply.Refused(VtdReason.NO_READ.text()));
        assertThat(rig.fault(0)).isEmpty();
        assertThat(rig.irq.isRaised()).isFalse();
    }

    @Test
    void aLargePageThatTheUnitDoesNotHaveIsReserved() {
        var caps = new VtdCaps(VtdUnitRig.SERVER.cap() & ~(0xfL << 34), VtdUnitRig.SERVER.ecap());
        var rig = new VtdUnitRig(caps).on(false);
        VtdPageTable table = rig.second(4);
        rig.attach(table);
        table.map(0, rig.page(512), 4096, 512, RW);
        assertThat(readAsPictured(rig, 0)).isEqualTo(new Reply.Refused(VtdReason.RESERVED_PTE.text()));
    }

    // ---- fault records

    @Test
    void whatNobodyHasReadIsNotOverwritten() {
        var rig = new VtdUnitRig(VtdUnitRig.SERVER).on(false);
        rig.attach(rig.second(4));
        for (int i = 0; i < 9; i++) {
            rig.ssd.read32(i * 0x1000L);
        }
        assertThat(rig.fault(7)).contains(new VtdFault(VtdUnitRig.SSD, 0x7000, 6, false));
        assertThat(rig.status(VtdLayout.PFO)).isTrue();
        assertThat(rig.peek(VtdLayout.FSTS) >>> VtdLayout.FRI & 0xff).isZero();
        for (int i = 0; i < 8; i++) {
            assertThat(rig.status(VtdLayout.PPF)).isTrue();
            rig.clear(i);
        }
        assertThat(rig.status(VtdLayout.PPF)).isFalse();
        assertThat(rig.irq.isRaised()).isFalse();
        rig.unit.write32(VtdLayout.FSTS, 1 << VtdLayout.PFO);
        assertThat(rig.peek(VtdLayout.FSTS) & 0xff).isZero();
        rig.ssd.read32(0x9000);
        assertThat(rig.fault(0)).contains(new VtdFault(VtdUnitRig.SSD, 0x9000, 6, false));
    }

    @Test
    void aMaskedInterruptIsHeldBack() {
        var rig = new VtdUnitRig(VtdUnitRig.SERVER).on(false);
        rig.unit.write32(VtdLayout.FECTL, 1 << VtdLayout.INTERRUPT_MASK);
        rig.ssd.read32(0);
        assertThat(rig.irq.isRaised()).isFalse();
        rig.unit.write32(VtdLayout.FECTL, 0);
        assertThat(rig.irq.isRaised()).isTrue();
    }
}
