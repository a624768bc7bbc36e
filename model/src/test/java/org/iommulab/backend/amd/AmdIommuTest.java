package org.iommulab.backend.amd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.backend.amd.AmdRig.RW;
import static org.iommulab.backend.amd.AmdUnitRig.DOMAIN;
import static org.iommulab.backend.amd.AmdUnitRig.GPU;

import java.util.List;
import org.iommulab.hardware.Reply;
import org.iommulab.hardware.WalkTrace.Verdict;
import org.iommulab.pagetable.Prot;
import org.iommulab.sim.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Accesses: which way they go, and how they fail. */
class AmdIommuTest {
    private static final long IOVA = 0x1_2345_6000L;

    private final AmdUnitRig rig = new AmdUnitRig();

    private static Reply.Done done(int value) {
        return new Reply.Done(value);
    }

    private static Reply refused(AmdEvent.Type type) {
        return new Reply.Refused(type.name());
    }

    private static final Reply PAGE_FAULT = refused(AmdEvent.Type.IO_PAGE_FAULT);

    private static String words(List<Event> events) {
        return String.join(
                " ", events.stream().map(e -> e.getClass().getSimpleName()).toList());
    }

    /** The GPU in a domain with a host table. */
    private AmdV1PageTable host() {
        var table = rig.rig.host(3);
        rig.on();
        rig.attach(GPU, AmdDte.host(table.base(), 3, DOMAIN, false));
        return table;
    }

    @Test
    void offItLetsEverythingPass() {
        rig.rig.memory.write32(rig.page(0), 77);
        assertThat(rig.unit.translating()).isFalse();
        assertThat(rig.gpu.read32(rig.page(0))).isEqualTo(done(77));
        assertThat(rig.unit.trace(rig.gpu, rig.page(0), true).verdict())
                .isEqualTo(new Verdict.Untranslated(rig.page(0)));
    }

    @Test
    void afterInitEveryDeviceIsBlocked() {
        rig.on();
        assertThat(rig.gpu.write32(rig.page(0), 1)).isEqualTo(PAGE_FAULT);
        assertThat(rig.gpu.read32(rig.page(0))).isEqualTo(PAGE_FAULT);
        assertThat(rig.unit.translating(rig.gpu)).isFalse();
        assertThat(rig.unit.refuses(rig.gpu)).isTrue();
        assertThat(rig.unit.tableBase(rig.gpu)).isZero();
        assertThat(rig.event(0)).isEqualTo(new AmdEvent(GPU, 0x2020_0000, (int) rig.page(0), 1));
        assertThat(rig.event(1).flags()).isZero();
        assertThat(rig.unit.fault()).isEqualTo("IO_PAGE_FAULT of 03:00.0 at 0x103000000");
    }

    @Test
    void withoutAValidEntryAndInAnIdentityDomainAccessesPass() {
        rig.on();
        rig.rig.memory.write32(rig.page(0), 77);
        rig.attach(GPU, new AmdDte(0, 0, 0, 0));
        assertThat(rig.gpu.read32(rig.page(0))).isEqualTo(done(77));
        assertThat(rig.unit.translating(rig.gpu)).isFalse();
        assertThat(rig.unit.refuses(rig.gpu)).isFalse();
        rig.attach(GPU, AmdDte.identity(1));
        assertThat(rig.gpu.write32(rig.page(0), 78)).isEqualTo(done(78));
        assertThat(rig.unit.translating(rig.gpu)).isFalse();
        rig.attach(GPU, new AmdDte(AmdDte.identity(1).d0() & ~(1L << 62), 1, 0, 0));
        assertThat(rig.gpu.read32(rig.page(0))).isEqualTo(done(78));
        assertThat(rig.gpu.write32(rig.page(0), 1)).isEqualTo(PAGE_FAULT);
        assertThat(rig.event(0)).isEqualTo(new AmdEvent(GPU, 0x2070_0001, (int) rig.page(0), 1));
    }

    @Test
    void aHostTableTranslates() {
        var table = host();
        table.map(IOVA, rig.page(0), 4096, 1, RW);
        table.map(0x4000_0000L, AmdRig.RAM, 0x200_0000, 1, RW);

        assertThat(rig.gpu.write32(IOVA + 0xabc, 5)).isEqualTo(done(5));
        assertThat(rig.rig.memory.read32(rig.page(0) + 0xabc)).isEqualTo(5);
        assertThat(rig.gpu.read32(0x4100_0000L)).isEqualTo(done(0));
        assertThat(rig.unit.tableBase(rig.gpu)).isEqualTo(table.base());
        assertThat(rig.unit.tableBase()).isEqualTo(AmdUnitRig.DEVICE_TABLE);
        assertThat(rig.unit.tlb())
                .extracting("input", "output", "bytes", "permissions", "table")
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple(IOVA, rig.page(0), 4096L, "rw", table.base()),
                        org.assertj.core.api.Assertions.tuple(
                                0x4000_0000L, AmdRig.RAM, 0x200_0000L, "rw", table.base()));
    }

    @Test
    void theJourneyOfAnAccessIsAllThere() {
        var table = host();
        table.map(IOVA, rig.page(0), 4096, 2, RW);
        int before = rig.rig.machine.steps();
        rig.gpu.read32(IOVA);
        assertThat(words(rig.since(before)))
                .isEqualTo("Dma WalkRead TlbMiss WalkRead WalkRead WalkRead TlbFill Translated Data");
        before = rig.rig.machine.steps();
        rig.gpu.read32(IOVA + 8);
        assertThat(words(rig.since(before))).isEqualTo("Dma WalkRead TlbHit Translated Data");
        before = rig.rig.machine.steps();
        rig.gpu.read32(IOVA + 4096);
        // The last table is known by now.
        assertThat(words(rig.since(before))).isEqualTo("Dma WalkRead TlbMiss WalkRead TlbFill Translated Data");
    }

    @ParameterizedTest
    @CsvSource({
        "R,  write, 0x70",
        "W,  read,  0x50",
        "-,  read,  0x00",
        "-,  write, 0x20",
    })
    void whatIsNotAllowedFaults(String allowed, String access, String flags) {
        var table = host();
        if (!allowed.equals("-")) {
            table.map(IOVA + 0x1000, rig.page(0), 4096, 1, allowed.equals("R") ? Prot.READ : Prot.WRITE);
        }
        boolean write = access.equals("write");

        Reply reply = write ? rig.gpu.write32(IOVA + 0x1000, 1) : rig.gpu.read32(IOVA + 0x1000);

        assertThat(reply).isEqualTo(PAGE_FAULT);
        int flagBits = Integer.decode(flags);
        assertThat(rig.event(0)).isEqualTo(new AmdEvent(0x300, 0x2000_000b | flagBits << 16, 0x2345_7000, 1));
        assertThat(rig.unit.trace(rig.gpu, IOVA + 0x1000, write).verdict())
                .isEqualTo(new Verdict.Refused("IO_PAGE_FAULT"));
        assertThat(rig.unit.blocked()).isFalse();
        // Only what was granted is kept.
        assertThat(rig.unit.tlb()).isEmpty();
    }

    @Test
    void theEntryOfTheDeviceHasItsOwnSay() {
        var table = host();
        table.map(IOVA, rig.page(0), 4096, 1, RW);
        rig.gpu.write32(IOVA, 1);
        AmdDte dte = AmdDte.host(table.base(), 3, DOMAIN, false);
        rig.attach(GPU, new AmdDte(dte.d0() & ~(1L << 62), dte.d1(), 0, 0));

        assertThat(rig.gpu.read32(IOVA)).isEqualTo(done(1));
        assertThat(rig.gpu.write32(IOVA, 2)).isEqualTo(PAGE_FAULT);
        assertThat(rig.event(0).flags()).isEqualTo(0x70);
    }

    @Test
    void aGuestTableTranslates() {
        var table = rig.rig.guest();
        long gcr3 = rig.rig.frames.allocate(4096, 4096);
        rig.rig.memory.write64(gcr3, table.base() | 1);
        rig.on();
        rig.attach(GPU, AmdDte.guest(gcr3, 1, 4, 0xc));
        table.map(IOVA, rig.page(0), 4096, 1, Prot.READ);
        table.map(0x8000_0000L, AmdRig.RAM, 0x20_0000, 1, RW);

        assertThat(rig.gpu.read32(IOVA)).isEqualTo(done(0));
        assertThat(rig.gpu.write32(IOVA, 1)).isEqualTo(PAGE_FAULT);
        assertThat(rig.gpu.write32(0x8010_0000L, 9)).isEqualTo(done(9));
        assertThat(rig.gpu.read32(1L << 50)).isEqualTo(PAGE_FAULT);
        assertThat(rig.unit.tableBase(rig.gpu)).isEqualTo(table.base());
        // The event of a guest's fault names the PASID, not the domain.
        assertThat(rig.event(0)).isEqualTo(new AmdEvent(GPU, 0x2071_0000, 0x2345_6000, 1));
        var trace = rig.unit.trace(rig.gpu, IOVA, false);
        assertThat(trace.levels())
                .extracting("name")
                .containsExactly("device table", "GCR3", "level 3", "level 2", "level 1", "level 0");
        assertThat(trace.tlb()).isEqualTo("hit");
        assertThat(trace.verdict()).isEqualTo(new Verdict.Reached(rig.page(0), 4096, "r"));
        rig.rig.memory.write64(gcr3, 0);
        rig.send(AmdCommand.invalidatePages(0xc, AmdCommand.allPages()));
        assertThat(rig.gpu.read32(IOVA)).isEqualTo(PAGE_FAULT);
    }

    @Test
    void guestTablesNeedTheFeatureAndTheSwitch() {
        rig.on();
        rig.control(AmdLayout.GT_EN, false);
        rig.attach(GPU, AmdDte.guest(AmdRig.RAM, 1, 4, 0xc));
        assertThat(rig.gpu.read32(IOVA)).isEqualTo(refused(AmdEvent.Type.ILLEGAL_DEV_TABLE_ENTRY));
        rig.control(AmdLayout.GT_EN, true);
        rig.attach(GPU, AmdDte.guest(AmdRig.RAM, 3, 4, 0xc));
        assertThat(rig.gpu.read32(IOVA)).isEqualTo(refused(AmdEvent.Type.ILLEGAL_DEV_TABLE_ENTRY));
    }

    // ---- the other ways to fail

    @Test
    void brokenTablesAreReported() {
        rig.on();
        rig.attach(GPU, AmdDte.host(AmdRig.RAM, 7, DOMAIN, false));
        assertThat(rig.gpu.read32(IOVA)).isEqualTo(refused(AmdEvent.Type.ILLEGAL_DEV_TABLE_ENTRY));
        rig.attach(GPU, AmdDte.host(0x7_0000_0000L, 3, DOMAIN, false));
        assertThat(rig.gpu.read32(IOVA)).isEqualTo(refused(AmdEvent.Type.PAGE_TAB_HARDWARE_ERROR));
        rig.rig.memory.write64(AmdRig.RAM, AmdV1Format.pointer(6, AmdRig.RAM));
        rig.attach(GPU, AmdDte.host(AmdRig.RAM, 3, DOMAIN, false));
        assertThat(rig.gpu.read32(0x1000)).isEqualTo(PAGE_FAULT);
        assertThat(rig.event(2).flags()).isEqualTo(0x90);
        rig.unit.write64(AmdLayout.DEV_TABLE, 0x7_0000_0000L | 0x1ff);
        rig.send(AmdCommand.invalidateAll());
        assertThat(rig.gpu.read32(IOVA)).isEqualTo(refused(AmdEvent.Type.DEV_TAB_HARDWARE_ERROR));
        rig.unit.write64(AmdLayout.DEV_TABLE, AmdUnitRig.DEVICE_TABLE);
        assertThat(rig.gpu.read32(IOVA)).isEqualTo(refused(AmdEvent.Type.ILLEGAL_DEV_TABLE_ENTRY));
        assertThat(rig.events()).isEqualTo(5);
        assertThat(rig.event(4).type()).contains(AmdEvent.Type.ILLEGAL_DEV_TABLE_ENTRY);
    }

    @Test
    void aDeviceCanBeSilenced() {
        var table = host();
        AmdDte dte = AmdDte.host(table.base(), 3, DOMAIN, false);
        rig.attach(GPU, new AmdDte(dte.d0(), dte.d1() | 1L << 34, 0, 0));
        assertThat(rig.gpu.read32(IOVA)).isEqualTo(PAGE_FAULT);
        assertThat(rig.events()).isZero();
    }

    @Test
    void theExclusionRangePasses() {
        var table = host();
        rig.unit.write64(AmdLayout.EXCL_BASE, rig.page(0) | 1);
        rig.unit.write64(AmdLayout.EXCL_LIMIT, rig.page(1));
        assertThat(rig.gpu.read32(rig.page(1) + 0xffc)).isEqualTo(PAGE_FAULT);
        AmdDte dte = AmdDte.host(table.base(), 3, DOMAIN, false);
        rig.attach(GPU, new AmdDte(dte.d0(), dte.d1() | 1L << 39, 0, 0));
        assertThat(rig.gpu.read32(rig.page(1) + 0xffc)).isEqualTo(done(0));
        assertThat(rig.gpu.read32(rig.page(2))).isEqualTo(PAGE_FAULT);
        assertThat(rig.port(0x100).read32(rig.page(0))).isEqualTo(PAGE_FAULT);
        rig.unit.write64(AmdLayout.EXCL_BASE, rig.page(0) | 3);
        assertThat(rig.port(0x100).read32(rig.page(0))).isEqualTo(done(0));
    }

    @Test
    void thePictureOfAWalkShowsTheDevicesEntryFirst() {
        var table = host();
        table.map(IOVA, rig.page(0), 4096, 1, RW);
        var trace = rig.unit.trace(rig.gpu, IOVA + 4, false);
        assertThat(trace.levels()).extracting("name").containsExactly("device table", "level 2", "level 1", "level 0");
        assertThat(trace.levels().getFirst().sentence())
                .isEqualTo("Device 03:00.0 goes through the host table at 0x100000000, Mode 3. In domain 11.");
        assertThat(trace.levels().getFirst().entryAddress()).isEqualTo(AmdUnitRig.DEVICE_TABLE + GPU * 32);
        assertThat(trace.levels().getFirst().around()).extracting("kind").contains("blocked", "host table rw");
        assertThat(trace.fields())
                .extracting("name")
                .containsExactly("above", "level 2 index", "level 1 index", "level 0 index", "offset");
        assertThat(trace.tlb()).isEqualTo("miss");
        assertThat(trace.verdict()).isEqualTo(new Verdict.Reached(rig.page(0) + 4, 4096, "rw"));
        rig.gpu.read32(IOVA);
        assertThat(rig.unit.trace(rig.gpu, IOVA, false).levels().getFirst().sentence())
                .startsWith("Kept by the unit");
    }
}
