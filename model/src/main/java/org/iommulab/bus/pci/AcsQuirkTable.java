package org.iommulab.bus.pci;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which rule is asked for which function: pci_dev_acs_enabled (drivers/pci/quirks.c, v6.1), in its order. It is one table for
 * all releases: rows are added to stable releases as well, so that a late 6.1.y has more of them than an early 6.12.y
 * (Loongson's and Qualcomm's 0x0111 and 0x0120 are in 6.1.166 and not in 6.12.19). Here are all.
 */
final class AcsQuirkTable {
    private static final int ANY = -1;
    private static final int INTEL = 0x8086;
    private static final int QUALCOMM = 0x17cb;
    private static final int CAVIUM = 0x177d;
    private static final int BROADCOM = 0x14e4;
    private static final int ZHAOXIN = 0x1d17;

    /** pci_quirk_intel_pch_acs_ids: Ibex Peak to Lynx Point. */
    static final Set<Integer> INTEL_PCH_PORTS = Stream.of(
                    range(0x3b42, 0x3b51, 1),
                    range(0x1c10, 0x1c1f, 1),
                    range(0x1e10, 0x1e1f, 1),
                    range(0x8c10, 0x8c1f, 1),
                    range(0x9c10, 0x9c1b, 1),
                    range(0x9c90, 0x9c9b, 1),
                    range(0x1d10, 0x1d1e, 2),
                    range(0x8d10, 0x8d1e, 1),
                    range(0x8c90, 0x8c9e, 2))
            .flatMapToInt(Arrays::stream)
            .boxed()
            .collect(Collectors.toUnmodifiableSet());

    static final List<Row> ROWS = rows();

    private AcsQuirkTable() {}

    /** @param device {@link #ANY} for all of the vendor's */
    record Row(int vendor, int device, AcsQuirk quirk) {
        boolean matches(ConfigSpace space) {
            return vendor == space.vendor() && (device == ANY || device == space.device());
        }
    }

    private static List<Row> rows() {
        var rows = new ArrayList<Row>();
        add(rows, 0x1002, AcsQuirk.AMD_SB, 0x4385, 0x439c, 0x4383, 0x439d, 0x4384, 0x4399);
        add(rows, 0x1022, AcsQuirk.AMD_SB, 0x780f, 0x7809);
        add(rows, 0x1924, AcsQuirk.MF_ENDPOINT, 0x0903, 0x0923, 0x0a03);
        intelNetworkCards(rows);
        add(rows, INTEL, AcsQuirk.RCIEP, ANY);
        add(rows, QUALCOMM, AcsQuirk.QCOM_ROOT_PORT, 0x0400, 0x0401, 0x0115, 0x0111, 0x0120);
        add(rows, 0x1dbf, AcsQuirk.QCOM_ROOT_PORT, 0x0401);
        add(rows, INTEL, AcsQuirk.INTEL_PCH, ANY);
        add(rows, INTEL, AcsQuirk.INTEL_SPT_PCH, ANY);
        add(rows, 0x19a2, AcsQuirk.MF_ENDPOINT, 0x0710);
        add(rows, 0x10df, AcsQuirk.MF_ENDPOINT, 0x0720);
        add(rows, CAVIUM, AcsQuirk.CAVIUM, ANY);
        add(rows, CAVIUM, AcsQuirk.MF_ENDPOINT, 0xa026, 0xa059, 0xa060);
        add(rows, 0x10e8, AcsQuirk.XGENE, 0xe004);
        add(rows, 0x1def, AcsQuirk.XGENE, range(0xe005, 0xe00c, 1));
        add(rows, BROADCOM, AcsQuirk.MF_ENDPOINT, 0x16d7);
        add(rows, BROADCOM, AcsQuirk.MF_ENDPOINT, 0x1750, 0x1751, 0x1752, 0x1760, 0x1761, 0x1762, 0x1763);
        add(rows, BROADCOM, AcsQuirk.BROADCOM, 0xd714);
        add(rows, 0x0014, AcsQuirk.LOONGSON, 0x3c09, 0x3c19, 0x3c29);
        add(rows, 0x0014, AcsQuirk.LOONGSON, range(0x7a09, 0x7a69, 0x10));
        add(rows, 0x1c36, AcsQuirk.ANNAPURNA, 0x0031);
        add(rows, ZHAOXIN, AcsQuirk.MF_ENDPOINT, 0x3038, 0x3104, 0x9083);
        nxpRootPorts(rows);
        add(rows, ZHAOXIN, AcsQuirk.ZHAOXIN_PORTS, ANY);
        add(rows, 0x8088, AcsQuirk.WANGXUN, ANY);
        return List.copyOf(rows);
    }

    private static void intelNetworkCards(List<Row> rows) {
        add(rows, INTEL, AcsQuirk.MF_ENDPOINT, 0x10c6, 0x10db, 0x10dd, 0x10e1, 0x10f1);
        add(rows, INTEL, AcsQuirk.MF_ENDPOINT, range(0x10f7, 0x10fc, 1));
        add(rows, INTEL, AcsQuirk.MF_ENDPOINT, 0x1507, 0x1514, 0x151c, 0x1529, 0x152a, 0x154d, 0x154f, 0x1551, 0x1558);
        // 82580, 82576, 82575, I350, 82571, I219
        add(rows, INTEL, AcsQuirk.MF_ENDPOINT, 0x1509, 0x150e, 0x150f, 0x1510, 0x1511, 0x1516, 0x1527);
        add(rows, INTEL, AcsQuirk.MF_ENDPOINT, 0x10c9, 0x10e6, 0x10e7, 0x10e8, 0x150a, 0x150d, 0x1518, 0x1526);
        add(rows, INTEL, AcsQuirk.MF_ENDPOINT, 0x10a7, 0x10a9, 0x10d6);
        add(rows, INTEL, AcsQuirk.MF_ENDPOINT, 0x1521, 0x1522, 0x1523, 0x1524);
        add(rows, INTEL, AcsQuirk.MF_ENDPOINT, 0x105e, 0x105f, 0x1060, 0x10d9);
        add(rows, INTEL, AcsQuirk.MF_ENDPOINT, 0x15b7, 0x15b8);
    }

    // LX2xx0 and LX2xx2 with 16, 12 or 8 cores, with and without security
    private static void nxpRootPorts(List<Row> rows) {
        for (int variant : new int[] {0x81, 0x80, 0x90, 0x91, 0x89, 0x88, 0x98, 0x99}) {
            int first = 0x8d00 | variant;
            add(rows, 0x1957, AcsQuirk.NXP_ROOT_PORT, first, first + 0x20, first + 2);
        }
    }

    private static void add(List<Row> rows, int vendor, AcsQuirk quirk, int... devices) {
        Arrays.stream(devices).forEach(device -> rows.add(new Row(vendor, device, quirk)));
    }

    private static int[] range(int first, int last, int step) {
        return IntStream.iterate(first, id -> id <= last, id -> id + step).toArray();
    }
}
