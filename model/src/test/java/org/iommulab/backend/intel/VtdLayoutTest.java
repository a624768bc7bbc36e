package org.iommulab.backend.intel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.stream.Stream;
import org.iommulab.hardware.RegisterFile.Register;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Structures of known value: those of the fact sheet, 0000:03:00.0 in domain 0x0B. */
class VtdLayoutTest {
    private static final long TABLES = 0x1_0050_0000L;

    private static VtdContext legacy(int type) {
        return VtdContext.EMPTY
                .withDomain(0xb)
                .withRoot(TABLES)
                .withAddressWidth(2)
                .withTranslationType(type)
                .withFaults()
                .withPresent();
    }

    @Test
    void contextEntries() {
        assertThat(legacy(VtdContext.MULTI_LEVEL)).isEqualTo(new VtdContext(0x1_0050_0001L, 0xb02));
        assertThat(legacy(VtdContext.WITH_DEVICE_TLB)).isEqualTo(new VtdContext(0x1_0050_0005L, 0xb02));
        var passes = VtdContext.EMPTY
                .withDomain(VtdLayout.PASS_THROUGH_DOMAIN)
                .withAddressWidth(2)
                .withTranslationType(VtdContext.PASS_THROUGH)
                .withPresent();
        assertThat(passes).isEqualTo(new VtdContext(9, 0x102));
        assertThat(VtdContext.ofDirectory(0x1_0060_0000L, 7).withPresent())
                .isEqualTo(new VtdContext(0x1_0060_0e01L, 0));
    }

    @Test
    void contextEntriesSayWhatTheyMean() {
        var entry = legacy(VtdContext.WITH_DEVICE_TLB);
        assertThat(entry.present()).isTrue();
        assertThat(entry.silent()).isFalse();
        assertThat(entry.translationType()).isEqualTo(VtdContext.WITH_DEVICE_TLB);
        assertThat(entry.pointer()).isEqualTo(TABLES);
        assertThat(entry.addressWidth()).isEqualTo(2);
        assertThat(entry.domain()).isEqualTo(0xb);
        assertThat(VtdContext.ofDirectory(TABLES, 7).directorySize()).isEqualTo(7);
        assertThat(new VtdContext(3, 0x12345).silent()).isTrue();
        assertThat(new VtdContext(3, 0x12345).ownPasid()).isEqualTo(0x12345);
    }

    static Stream<Arguments> pasidEntries() {
        return Stream.of(
                Arguments.of(VtdPasidEntry.secondLevel(TABLES, 0xb, 2, false), 0x1_0050_0089L, 0xbL, 0L, TABLES),
                Arguments.of(VtdPasidEntry.secondLevel(TABLES, 0xb, 2, true), 0x1_0050_0089L, 0x80000bL, 0L, TABLES),
                Arguments.of(
                        VtdPasidEntry.firstLevel(TABLES, 0xb, 2, false, true, true, false),
                        0x49L,
                        0x80000bL,
                        0x1_0050_0020L,
                        TABLES),
                Arguments.of(
                        VtdPasidEntry.firstLevel(TABLES, 0xb, 2, false, false, true, false),
                        0x49L,
                        0x80000bL,
                        0x1_0050_0000L,
                        TABLES),
                Arguments.of(
                        VtdPasidEntry.firstLevel(TABLES, 0xb, 3, true, false, false, true),
                        0x4dL,
                        0x100000bL,
                        0x1_0050_0004L,
                        TABLES),
                Arguments.of(VtdPasidEntry.passThrough(1, 2, false, true), 0x109L, 1L, 1L, 0L),
                Arguments.of(VtdPasidEntry.passThrough(1, 2, true, false), 0x109L, 0x800001L, 0L, 0L));
    }

    @ParameterizedTest
    @MethodSource("pasidEntries")
    void pasidEntry(VtdPasidEntry entry, long w0, long w1, long w2, long root) {
        assertThat(entry).isEqualTo(new VtdPasidEntry(w0, w1, w2));
        assertThat(entry.root()).isEqualTo(root);
        assertThat(entry.present()).isTrue();
        assertThat(entry.absent()).isEqualTo(new VtdPasidEntry(w0 - 1, w1, w2));
        assertThat(entry.withPageSnoop()).isEqualTo(new VtdPasidEntry(w0, w1 | 1 << 24, w2));
    }

    static Stream<Arguments> descriptors() {
        VtdCaps caps = VtdCaps.QEMU;
        return Stream.of(
                Arguments.of(VtdDescriptor.context(VtdDescriptor.DEVICE, 0xb, 0x300), 0x300_000b_0031L, 0L),
                Arguments.of(
                        VtdDescriptor.iotlb(caps, VtdDescriptor.PAGES, 0xb, 0x1_2345_6000L, 0, false),
                        0xb00f2L,
                        0x1_2345_6000L),
                Arguments.of(
                        VtdDescriptor.iotlb(caps, VtdDescriptor.PAGES, 0xb, 0x1_2345_6000L, 3, true),
                        0xb00f2L,
                        0x1_2345_6043L),
                Arguments.of(VtdDescriptor.iotlb(caps, VtdDescriptor.DOMAIN, 0xb, 0, 0, false), 0xb00e2L, 0L),
                Arguments.of(VtdDescriptor.iotlb(caps, VtdDescriptor.GLOBAL, 0, 0, 0, false), 0xd2L, 0L),
                Arguments.of(VtdDescriptor.waiting(0x1_0070_0000L), 0x2_0000_0025L, 0x1_0070_0000L),
                Arguments.of(VtdDescriptor.pasidIotlb(0xb, 0), 0xb0026L, 0L),
                Arguments.of(VtdDescriptor.pasidIotlb(0xb, 0, 0x5000, 1, true), 0xb0036L, 0x5041L),
                Arguments.of(VtdDescriptor.pasidCache(VtdDescriptor.ONE_PASID, 0xb, 0), 0xb0017L, 0L),
                Arguments.of(VtdDescriptor.pasidCache(VtdDescriptor.EVERYTHING, 0, 0), 0x37L, 0L));
    }

    @ParameterizedTest
    @MethodSource("descriptors")
    void descriptor(VtdDescriptor descriptor, long low, long high) {
        assertThat(descriptor).isEqualTo(new VtdDescriptor(low, high));
    }

    @ParameterizedTest
    @CsvSource({
        "0x300000b0031, 0,      CONTEXT_CACHE, 3, 0xb, 0x300",
        "0xb00f2,       0x5043, IOTLB,         3, 0xb, 0",
        "0x200000025,   0,      WAIT,          2, 0,   2",
        "0xb0036,       0x5041, PASID_IOTLB,   3, 0xb, 0",
        "0x500000b0017, 0,      PASID_CACHE,   1, 0xb, 0x500",
        "0,             0,      UNKNOWN,       0, 0,   0",
        "0xf,           0,      UNKNOWN,       0, 0,   0",
    })
    void descriptorsSayWhatTheyMean(
            String low, String high, VtdDescriptor.Type type, int granularity, String domain, String source) {
        var descriptor = new VtdDescriptor(Long.decode(low), Long.decode(high));
        assertThat(descriptor.type()).isEqualTo(type);
        assertThat(descriptor.granularity()).isEqualTo(granularity);
        assertThat(descriptor.domain()).isEqualTo(Integer.decode(domain));
        assertThat(descriptor.source()).isEqualTo(Integer.decode(source));
        assertThat(descriptor.address()).isEqualTo(Long.decode(high) & -4096);
        assertThat(descriptor.leavesOnly()).isEqualTo((Long.decode(high) & 0x40) != 0);
    }

    @Test
    void faultRecords() {
        var write = new VtdFault(0x300, 0x1_2345_7abcL, VtdReason.NO_WRITE.number(), true);
        assertThat(write.low()).isEqualTo(0x1_2345_7000L);
        assertThat(write.high()).isEqualTo(0x8000_0005_0000_0300L);
        assertThat(VtdFault.of(write.low(), write.high())).isEqualTo(new VtdFault(0x300, 0x1_2345_7000L, 5, true));
        var read = new VtdFault(0x300, 0x1_2345_7000L, VtdReason.NO_READ.number(), false);
        assertThat(read.high()).isEqualTo(0xc000_0006_0000_0300L);
        assertThat(VtdFault.of(read.low(), read.high())).isEqualTo(read);
        assertThat(VtdFault.deviceName(0x300)).isEqualTo("03:00.0");
    }

    @Test
    void reasonsHaveNumbersOfTheirOwn() {
        var numbers = new HashSet<Integer>();
        assertThat(Arrays.stream(VtdReason.values()).allMatch(reason -> numbers.add(reason.number())))
                .isTrue();
        for (VtdReason reason : VtdReason.values()) {
            assertThat(VtdReason.of(reason.number())).contains(reason);
        }
        assertThat(VtdReason.of(0x20)).isEmpty();
    }

    @Test
    void whatQemuCan() {
        VtdCaps caps = VtdCaps.QEMU;
        assertThat(caps.domains()).isEqualTo(65536);
        assertThat(caps.cachingMode()).isTrue();
        assertThat(caps.requiresWriteBufferFlush()).isFalse();
        assertThat(caps.protectsMemory()).isFalse();
        assertThat(caps.mgaw()).isEqualTo(39);
        assertThat(caps.agaw(false)).isEqualTo(1);
        assertThat(VtdCaps.levels(1)).isEqualTo(3);
        assertThat(VtdCaps.width(1)).isEqualTo(39);
        assertThat(caps.faultRecordOffset()).isEqualTo(0x220);
        assertThat(caps.faultRecords()).isEqualTo(1);
        assertThat(caps.largePages()).isEqualTo(3);
        assertThat(caps.selectsPages()).isTrue();
        assertThat(caps.maximumAddressMask()).isEqualTo(18);
        assertThat(caps.drainsWrites()).isTrue();
        assertThat(caps.drainsReads()).isTrue();
        assertThat(caps.queuedInvalidation()).isTrue();
        assertThat(caps.interruptRemapping()).isTrue();
        assertThat(caps.passThrough()).isTrue();
        assertThat(caps.iotlbOffset()).isEqualTo(0xf0);
        assertThat(caps.scalableMode()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "0x2, false, 0, 0, -1, -1", // no SAGAW
        "0x200, false, 0, 0, 1, 1",
        "0x400, false, 0, 0, 2, 2",
        "0xe00, false, 0, 0, 3, 3",
        "0x600, true, 1, 1, 2, 2", // both: what first level has as well
        "0xe00, true, 1, 1, 2, 2",
        "0x200, true, 1, 0, 2, 2",
        "0x600, true, 0, 1, 2, 2",
    })
    void widths(String cap, boolean scalable, int first, int second, int agaw, int widest) {
        var caps = new VtdCaps(Long.decode(cap), (long) first << 47 | (long) second << 46);
        assertThat(caps.agaw(scalable)).isEqualTo(agaw);
        assertThat(caps.widestAgaw(scalable)).isEqualTo(widest);
    }

    @Test
    void noTwoRegistersOverlap() {
        for (VtdCaps caps : new VtdCaps[] {VtdCaps.QEMU, VtdUnitRig.SERVER}) {
            var taken = new HashSet<Integer>();
            for (Register register : VtdLayout.registers(caps, 0x10)) {
                for (int i = 0; i < (VtdLayout.isWide(caps, register.offset()) ? 8 : 4); i++) {
                    assertThat(taken.add(register.offset() + i))
                            .as(register.name())
                            .isTrue();
                }
            }
        }
    }
}
