package org.iommulab.backend.intel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.iommulab.backend.intel.VtdDescriptor.DEVICE;
import static org.iommulab.backend.intel.VtdDescriptor.EVERYTHING;
import static org.iommulab.backend.intel.VtdDescriptor.GLOBAL;
import static org.iommulab.backend.intel.VtdDescriptor.ONE_PASID;
import static org.iommulab.backend.intel.VtdDescriptor.PAGES;
import static org.iommulab.backend.intel.VtdRig.RW;
import static org.iommulab.backend.intel.VtdUnitRig.DOMAIN;
import static org.iommulab.backend.intel.VtdUnitRig.SSD;

import java.util.stream.Stream;
import org.iommulab.hardware.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the unit keeps, and which invalidations make it forget. */
class VtdInvalidationTest {
    private static final Reply NO_READ = new Reply.Refused(VtdReason.NO_READ.text());

    private final VtdUnitRig rig = new VtdUnitRig(VtdUnitRig.SERVER);

    private VtdDescriptor iotlb(int granularity, int domain, long address, int mask, boolean leaves) {
        return VtdDescriptor.iotlb(rig.caps, granularity, domain, address, mask, leaves);
    }

    private boolean reads(long input) {
        return rig.ssd.read32(input) instanceof Reply.Done;
    }

    private VtdPageTable attached() {
        rig.on(false);
        VtdPageTable table = rig.second(4);
        rig.attach(table);
        return table;
    }

    // ---- translations

    static Stream<Arguments> pageInvalidations() {
        VtdCaps caps = VtdUnitRig.SERVER;
        int domain = VtdDescriptor.DOMAIN;
        return Stream.of(
                Arguments.of(VtdDescriptor.iotlb(caps, GLOBAL, 0, 0, 0, false), true),
                Arguments.of(VtdDescriptor.iotlb(caps, domain, DOMAIN, 0, 0, false), true),
                Arguments.of(VtdDescriptor.iotlb(caps, domain, DOMAIN + 1, 0, 0, false), false),
                Arguments.of(VtdDescriptor.iotlb(caps, PAGES, DOMAIN, 0x5000, 0, true), true),
                Arguments.of(VtdDescriptor.iotlb(caps, PAGES, DOMAIN, 0x4000, 0, true), false),
                Arguments.of(VtdDescriptor.iotlb(caps, PAGES, DOMAIN, 0x4000, 1, true), true),
                Arguments.of(VtdDescriptor.iotlb(caps, PAGES, DOMAIN, 0x6000, 2, true), true),
                Arguments.of(VtdDescriptor.iotlb(caps, PAGES, DOMAIN + 1, 0x5000, 0, true), false),
                Arguments.of(VtdDescriptor.pasidIotlb(DOMAIN, 0), false),
                Arguments.of(VtdDescriptor.context(GLOBAL, 0, 0), false),
                Arguments.of(VtdDescriptor.waiting(VtdUnitRig.STATUS), false));
    }

    @ParameterizedTest
    @MethodSource("pageInvalidations")
    void aPageIsKeptUntilItIsInvalidated(VtdDescriptor descriptor, boolean forgets) {
        VtdPageTable table = attached();
        table.map(0x5000, rig.page(1), 4096, 1, RW);
        assertThat(reads(0x5000)).isTrue();
        table.unmap(0x5000, 4096, 1);
        assertThat(reads(0x5000)).isTrue();
        rig.send(descriptor);
        assertThat(reads(0x5000)).isEqualTo(!forgets);
    }

    @Test
    void aTouchedLargePageGoesAsAWhole() {
        VtdPageTable table = attached();
        table.map(0x20_0000, rig.page(512), 4096, 512, RW);
        assertThat(reads(0x20_0000)).isTrue();
        table.unmap(0x20_0000, 4096, 512);
        assertThat(reads(0x3f_f000)).isTrue();
        rig.send(iotlb(PAGES, DOMAIN, 0x30_0000, 0, false));
        assertThat(reads(0x3f_f000)).isFalse();
    }

    /** The hint that only leaves have changed leaves the table of the pages around in use. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aTableThatFellOutIsUsedAsLongAsOnlyLeavesAreInvalidated(boolean leavesOnly) {
        VtdPageTable table = attached();
        table.map(0x5000, rig.page(1), 4096, 1, RW);
        assertThat(reads(0x5000)).isTrue();
        table.unmap(0, 1 << 21, (level, at) -> {});
        rig.send(iotlb(PAGES, DOMAIN, 0x5000, 0, leavesOnly));
        // new tables: the unit reads the old one, which is empty
        table.map(0x6000, rig.page(2), 4096, 1, RW);
        assertThat(reads(0x6000)).isEqualTo(!leavesOnly);
    }

    @Test
    void inCachingModeNothingIsKeptToo() {
        var virtual = new VtdUnitRig(VtdCaps.QEMU).on(false);
        VtdPageTable table = virtual.second(3);
        virtual.attach(table);
        assertThat(virtual.ssd.read32(0x5000)).isEqualTo(NO_READ);
        table.map(0x5000, virtual.page(1), 4096, 1, RW);
        assertThat(virtual.ssd.read32(0x5000)).isEqualTo(NO_READ);
        virtual.send(VtdDescriptor.iotlb(virtual.caps, PAGES, DOMAIN, 0x5000, 0, false));
        assertThat(virtual.ssd.read32(0x5000)).isInstanceOf(Reply.Done.class);
    }

    @Test
    void otherwiseANewPageIsSeenAtOnce() {
        VtdPageTable table = attached();
        assertThat(reads(0x5000)).isFalse();
        table.map(0x5000, rig.page(1), 4096, 1, RW);
        assertThat(reads(0x5000)).isTrue();
    }

    // ---- context entries

    static Stream<Arguments> contextInvalidations() {
        return Stream.of(
                Arguments.of(VtdDescriptor.context(GLOBAL, 0, 0), true),
                Arguments.of(VtdDescriptor.context(VtdDescriptor.DOMAIN, DOMAIN, 0), true),
                Arguments.of(VtdDescriptor.context(VtdDescriptor.DOMAIN, 3, 0), false),
                Arguments.of(VtdDescriptor.context(DEVICE, DOMAIN, SSD), true),
                Arguments.of(VtdDescriptor.context(DEVICE, DOMAIN, SSD + 1), false),
                Arguments.of(VtdDescriptor.context(DEVICE, 3, SSD), false),
                // function mask 3: all functions of the device
                Arguments.of(new VtdDescriptor(3L << 48 | (SSD + 5L) << 32 | DOMAIN << 16 | 0x31, 0), true));
    }

    @ParameterizedTest
    @MethodSource("contextInvalidations")
    void aContextEntryIsKeptUntilItIsInvalidated(VtdDescriptor descriptor, boolean forgets) {
        VtdPageTable table = attached();
        table.map(0x5000, rig.page(1), 4096, 1, RW);
        assertThat(reads(0x5000)).isTrue();
        rig.put(VtdContext.EMPTY);
        assertThat(reads(0x5000)).isTrue();
        rig.send(descriptor);
        assertThat(reads(0x5000)).isEqualTo(!forgets);
    }

    @Test
    void inCachingModeAnAbsentEntryIsDomain0s() {
        var virtual = new VtdUnitRig(VtdCaps.QEMU).on(false);
        var absent = new Reply.Refused(VtdReason.CONTEXT_NOT_PRESENT.text());
        assertThat(virtual.ssd.read32(0x5000)).isEqualTo(absent);
        virtual.attach(virtual.second(3));
        assertThat(virtual.ssd.read32(0x5000)).isEqualTo(absent);
        virtual.send(VtdDescriptor.context(DEVICE, DOMAIN, SSD));
        assertThat(virtual.ssd.read32(0x5000)).isEqualTo(absent);
        virtual.send(VtdDescriptor.context(DEVICE, VtdLayout.NO_DOMAIN, SSD));
        assertThat(virtual.ssd.read32(0x5000)).isEqualTo(NO_READ);
    }

    static Stream<Arguments> pasidInvalidations() {
        return Stream.of(
                Arguments.of(VtdDescriptor.pasidCache(EVERYTHING, 0, 0), true),
                Arguments.of(VtdDescriptor.pasidCache(VtdDescriptor.ALL_PASIDS, DOMAIN, 0), true),
                Arguments.of(VtdDescriptor.pasidCache(VtdDescriptor.ALL_PASIDS, 3, 0), false),
                Arguments.of(VtdDescriptor.pasidCache(ONE_PASID, DOMAIN, 0), true),
                Arguments.of(VtdDescriptor.pasidCache(ONE_PASID, DOMAIN, 5), false),
                Arguments.of(VtdDescriptor.context(GLOBAL, 0, 0), false));
    }

    @ParameterizedTest
    @MethodSource("pasidInvalidations")
    void aPasidEntryIsKeptUntilItIsInvalidated(VtdDescriptor descriptor, boolean forgets) {
        rig.on(true);
        VtdPageTable table = rig.first();
        rig.put(VtdPasidEntry.firstLevel(table.base(), DOMAIN, 2, false, false, true, false));
        table.map(0x5000, rig.page(1), 4096, 1, RW);
        assertThat(reads(0x5000)).isTrue();
        rig.put(VtdPasidEntry.EMPTY);
        assertThat(reads(0x5000)).isTrue();
        rig.send(descriptor);
        assertThat(reads(0x5000)).isEqualTo(!forgets);
    }

    @Test
    void firstLevelPagesGoByPasid() {
        rig.on(true);
        VtdPageTable table = rig.first();
        rig.put(VtdPasidEntry.firstLevel(table.base(), DOMAIN, 2, false, false, true, false));
        table.map(0x5000, rig.page(1), 4096, 1, RW);
        assertThat(reads(0x5000)).isTrue();
        table.unmap(0x5000, 4096, 1);
        rig.send(iotlb(PAGES, DOMAIN, 0x5000, 0, false));
        assertThat(reads(0x5000)).isTrue();
        rig.send(VtdDescriptor.pasidIotlb(DOMAIN, 0, 0x5000, 0, false));
        assertThat(reads(0x5000)).isFalse();
    }

    // ---- the queue

    @Test
    void aWaitWritesItsStatus() {
        rig.on(false);
        rig.send(VtdDescriptor.waiting(VtdUnitRig.STATUS));
        assertThat(rig.rig.memory.read32(VtdUnitRig.STATUS)).isEqualTo(VtdDescriptor.DONE);
    }

    @ParameterizedTest
    @CsvSource({"false, 256, 0x1000", "true, 256, 0x2000"})
    void theQueueIsARing(boolean scalable, int entries, String bytes) {
        rig.on(scalable);
        for (int i = 0; i < entries; i++) {
            rig.send(VtdDescriptor.waiting(VtdUnitRig.STATUS));
            assertThat(rig.peek(VtdLayout.IQH))
                    .isEqualTo(rig.peek(VtdLayout.IQT))
                    .isLessThan(Long.decode(bytes));
        }
    }

    @Test
    void whatIsNoDescriptorStopsTheQueueUntilTheErrorIsCleared() {
        rig.on(false);
        long head = rig.peek(VtdLayout.IQH);
        rig.send(new VtdDescriptor(0xf, 0));
        rig.send(VtdDescriptor.waiting(VtdUnitRig.STATUS));
        assertThat(rig.status(VtdLayout.IQE)).isTrue();
        assertThat(rig.irq.isRaised()).isTrue();
        assertThat(rig.peek(VtdLayout.IQH)).isEqualTo(head);
        assertThat(rig.rig.memory.read32(VtdUnitRig.STATUS)).isZero();

        // the driver puts a wait in its place and clears the error (qi_check_fault)
        var wait = VtdDescriptor.waiting(VtdUnitRig.STATUS + 8);
        rig.rig.memory.write64(VtdUnitRig.QUEUE + head, wait.low());
        rig.rig.memory.write64(VtdUnitRig.QUEUE + head + 8, wait.high());
        rig.unit.write32(VtdLayout.FSTS, 1 << VtdLayout.IQE);

        assertThat(rig.status(VtdLayout.IQE)).isFalse();
        assertThat(rig.rig.memory.read32(VtdUnitRig.STATUS)).isEqualTo(VtdDescriptor.DONE);
        assertThat(rig.irq.isRaised()).isFalse();
    }

    // ---- by registers

    @Test
    void registersInvalidateToo() {
        VtdPageTable table = attached();
        table.map(0x5000, rig.page(1), 4096, 1, RW);
        assertThat(reads(0x5000)).isTrue();
        table.unmap(0x5000, 4096, 1);
        rig.unit.write64(rig.caps.iotlbOffset(), 0x5000);
        rig.unit.write64(rig.caps.iotlbOffset() + 8, 0xb001_000b_0000_0000L);
        // done, as fine as was asked for
        assertThat(rig.peek(rig.caps.iotlbOffset() + 8)).isEqualTo(0x3601_000b_0000_0000L);
        assertThat(reads(0x5000)).isFalse();

        rig.put(VtdContext.EMPTY);
        assertThat(rig.ssd.read32(0)).isEqualTo(NO_READ);
        rig.unit.write64(VtdLayout.CCMD, VtdLayout.ICC | 3L << VtdLayout.CCMD_GRANULARITY | (long) SSD << 16 | DOMAIN);
        assertThat(rig.peek(VtdLayout.CCMD) & VtdLayout.ICC).isZero();
        assertThat(rig.ssd.read32(0)).isEqualTo(new Reply.Refused(VtdReason.CONTEXT_NOT_PRESENT.text()));
    }
}
