package org.iommulab.bus.pci;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * An entry of a list of capabilities (drivers/pci/pci.c: __pci_find_next_cap_ttl, pci_find_next_ext_capability). A list
 * ends at a pointer to where none can be and, otherwise than in the kernel, which counts to a limit, where it closes a
 * loop.
 *
 * @param id what it is, by the numbers of its list
 * @param version of an extended one; 0 for a standard one, which has none
 */
public record Capability(int id, int offset, int version) {
    private static final int STATUS = 0x06;
    private static final int STATUS_HAS_LIST = 0x10;
    private static final int POINTER = 0x34;
    private static final int FIRST = 0x40;
    private static final int EXTENDED_FIRST = 0x100;
    private static final int NONE = 0xff;

    static List<Capability> standard(ConfigSpace space) {
        var list = new ArrayList<Capability>();
        if ((space.read16(STATUS) & STATUS_HAS_LIST) == 0) {
            return list;
        }
        Set<Integer> seen = new HashSet<>();
        int at = space.read8(POINTER) & ~3;
        while (at >= FIRST && seen.add(at) && space.read8(at) != NONE) {
            list.add(new Capability(space.read8(at), at, 0));
            at = space.read8(at + 1) & ~3;
        }
        return list;
    }

    static List<Capability> extended(ConfigSpace space) {
        var list = new ArrayList<Capability>();
        Set<Integer> seen = new HashSet<>();
        int at = EXTENDED_FIRST;
        while (at >= EXTENDED_FIRST && at + 4 <= space.size() && seen.add(at)) {
            int header = space.read32(at);
            if (header == 0 || header == -1) {
                break;
            }
            list.add(new Capability(header & 0xffff, at, header >>> 16 & 0xf));
            at = header >>> 20 & ~3;
        }
        return list;
    }

    static OptionalInt first(List<Capability> list, int id) {
        return list.stream()
                .filter(capability -> capability.id() == id)
                .mapToInt(Capability::offset)
                .findFirst();
    }
}
