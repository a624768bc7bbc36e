package org.iommulab.backend.tegrasmmu;

import java.util.List;
import org.iommulab.backend.tegrasmmu.TegraSmmuChip.Client;
import org.iommulab.backend.tegrasmmu.TegraSmmuChip.SwGroup;

/**
 * Ports and software groups of the chips (drivers/memory/tegra/tegra30.c, tegra124.c, tegra210.c): of the many, those
 * that have a place in a story.
 */
final class TegraSmmuPorts {
    static final List<SwGroup> GROUPS_30 = List.of(
            new SwGroup("DC", 1, 0x240),
            new SwGroup("DCB", 2, 0x244),
            new SwGroup("EPP", 3, 0x248),
            new SwGroup("G2", 4, 0x24c),
            new SwGroup("MPE", 5, 0x264),
            new SwGroup("VI", 6, 0x280),
            new SwGroup("NV", 9, 0x268),
            new SwGroup("NV2", 10, 0x26c),
            new SwGroup("HC", 12, 0x250),
            new SwGroup("VDE", 15, 0x27c),
            new SwGroup("ISP", 18, 0x258));

    static final List<Client> CLIENTS_30 = List.of(
            new Client("display0a", 0x01, 1, false),
            new Client("display0b", 0x03, 1, false),
            new Client("display0c", 0x05, 1, false),
            new Client("displayhc", 0x10, 1, false),
            new Client("display0ab", 0x02, 2, false),
            new Client("display0bb", 0x04, 2, false),
            new Client("display0cb", 0x06, 2, false),
            new Client("displayhcb", 0x11, 2, false),
            new Client("eppup", 0x09, 3, false),
            new Client("eppu", 0x28, 3, true),
            new Client("g2pr", 0x0a, 4, false),
            new Client("g2dw", 0x30, 4, true),
            new Client("mpeunifbr", 0x0c, 5, false),
            new Client("mpeunifbw", 0x2b, 5, true),
            new Client("viruv", 0x0d, 6, false),
            new Client("viwsb", 0x2c, 6, true),
            new Client("fdcdrd", 0x12, 9, false),
            new Client("fdcdwr", 0x33, 9, true),
            new Client("fdcdrd2", 0x13, 10, false),
            new Client("fdcwr2", 0x34, 10, true),
            new Client("host1xdmar", 0x16, 12, false),
            new Client("host1xr", 0x17, 12, false),
            new Client("host1xw", 0x36, 12, true),
            new Client("vdebsevr", 0x22, 15, false),
            new Client("vdebsevw", 0x3e, 15, true),
            new Client("ispw", 0x37, 18, true));

    static final List<SwGroup> GROUPS_124 = List.of(
            new SwGroup("DC", 1, 0x240),
            new SwGroup("DCB", 2, 0x244),
            new SwGroup("HC", 6, 0x250),
            new SwGroup("GPU", 19, 0xaac),
            new SwGroup("VIC", 24, 0x284));

    static final List<Client> CLIENTS_124 = List.of(
            new Client("display0a", 0x01, 1, false),
            new Client("display0b", 0x03, 1, false),
            new Client("display0c", 0x05, 1, false),
            new Client("displayhc", 0x10, 1, false),
            new Client("display0ab", 0x02, 2, false),
            new Client("display0bb", 0x04, 2, false),
            new Client("display0cb", 0x06, 2, false),
            new Client("displayhcb", 0x11, 2, false),
            new Client("host1xdmar", 0x16, 6, false),
            new Client("host1xr", 0x17, 6, false),
            new Client("host1xw", 0x36, 6, true),
            new Client("gpusrd", 0x58, 19, false),
            new Client("gpuswr", 0x59, 19, true),
            new Client("vicsrd", 0x6c, 24, false),
            new Client("vicswr", 0x6d, 24, true));

    static final List<SwGroup> GROUPS_210 = List.of(
            new SwGroup("DC", 1, 0x240),
            new SwGroup("DCB", 2, 0x244),
            new SwGroup("HC", 6, 0x250),
            new SwGroup("GPU", 17, 0xaac),
            new SwGroup("VIC", 22, 0x284));

    static final List<Client> CLIENTS_210 = List.of(
            new Client("display0a", 0x01, 1, false),
            new Client("display0b", 0x03, 1, false),
            new Client("display0c", 0x05, 1, false),
            new Client("displayhc", 0x10, 1, false),
            new Client("displayt", 0x5a, 1, false),
            new Client("displayd", 0x73, 1, false),
            new Client("display0ab", 0x02, 2, false),
            new Client("display0bb", 0x04, 2, false),
            new Client("display0cb", 0x06, 2, false),
            new Client("displayhcb", 0x11, 2, false),
            new Client("host1xdmar", 0x16, 6, false),
            new Client("host1xr", 0x17, 6, false),
            new Client("host1xw", 0x36, 6, true),
            new Client("gpusrd", 0x58, 17, false),
            new Client("gpuswr", 0x59, 17, true),
            new Client("vicsrd", 0x6c, 22, false),
            new Client("vicswr", 0x6d, 22, true));

    private TegraSmmuPorts() {}
}
