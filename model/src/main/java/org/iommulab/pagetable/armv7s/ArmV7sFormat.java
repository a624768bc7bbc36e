package org.iommulab.pagetable.armv7s;

import static org.iommulab.pagetable.Prot.CACHE;
import static org.iommulab.pagetable.Prot.MMIO;
import static org.iommulab.pagetable.Prot.NOEXEC;
import static org.iommulab.pagetable.Prot.PRIV;
import static org.iommulab.pagetable.Prot.READ;
import static org.iommulab.pagetable.Prot.WRITE;

import java.util.List;
import org.iommulab.pagetable.PageSize;
import org.iommulab.pagetable.TableFormat;

/**
 * ARM's short descriptors (ARM DDI 0406, VMSAv7; drivers/iommu/io-pgtable-arm-v7s.c): a root of 1 MiB entries, tables of
 * 256 entries for 4 KiB. The two bigger sizes, 64 KiB and 16 MiB, stand in 16 equal entries.
 *
 * <p>The attributes of a leaf are the same in all four, at another place in each: in the root at bit 10, in the tables at
 * bit 4; but for TEX and XN, which the bigger pages of a table have elsewhere because the smaller ones have address bits
 * or their type there.
 */
public record ArmV7sFormat(ArmV7sConfig config) implements TableFormat {
    public static final long SMALL_PAGE = 0x1000;
    public static final long LARGE_PAGE = 0x10000;
    public static final long SECTION = 0x10_0000;
    public static final long SUPERSECTION = 0x100_0000;

    /** How many entries a large page or a supersection stands in. */
    public static final int COPIES = 16;

    /** ARM's names of the levels, the root's first. */
    public static final List<String> LEVEL_NAMES = List.of("L1", "L2");

    private static final long TYPE = 3;
    private static final long TYPE_TABLE = 1;
    private static final long TYPE_LARGE = 1;
    /** A section; in tables, where bit 0 is XN, bit 1 alone says small page. */
    private static final long TYPE_PAGE = 2;

    private static final long BUFFERABLE = 1 << 2;
    private static final long CACHEABLE = 1 << 3;
    private static final long SUPER = 1 << 18;
    private static final long NON_SECURE_SECTION = 1 << 19;
    private static final long NON_SECURE_TABLE = 1 << 3;
    // Attributes, before they are moved to their place.
    private static final long ACCESSED = 1;
    private static final long UNPRIVILEGED = 1 << 1;
    private static final long TEX_NORMAL = 1 << 2;
    private static final long TEX = 7 << 2;
    private static final long READ_ONLY = 1 << 5;
    private static final long SHAREABLE = 1 << 6;
    private static final long NOT_GLOBAL = 1 << 7;
    // Small pages have TEX in 8:6 and XN in bit 0, large ones in 14:12 and bit 15.
    private static final long SMALL_TEX = 7 << 6;
    private static final int LARGE_TEX_UP = 6;
    private static final int LARGE_XN_UP = 15;

    private static final long WORD = 0xffff_ffffL;
    private static final long TABLE_ADDRESS = 0xffff_fc00L;
    // MediaTek's places for the bits of an address that a word has no room for.
    private static final long BIT_32 = 1 << 9;
    private static final long BIT_33 = 1 << 4;
    private static final long BIT_34 = 1 << 5;

    private static final List<PageSize> SIZES = List.of(
            new PageSize(SMALL_PAGE, 1, 1),
            new PageSize(LARGE_PAGE, 1, COPIES),
            new PageSize(SECTION, 0, 1),
            new PageSize(SUPERSECTION, 0, COPIES));

    private boolean isWide() {
        return config.has(ArmV7sQuirk.ARM_MTK_EXT);
    }

    private boolean hasPermissions() {
        return !config.has(ArmV7sQuirk.NO_PERMS);
    }

    private boolean isNonSecure() {
        return config.has(ArmV7sQuirk.ARM_NS);
    }

    @Override
    public int levels() {
        return 2;
    }

    @Override
    public int indexShift(int level) {
        return level == 0 ? 20 : 12;
    }

    @Override
    public int indexBits(int level) {
        return level == 0 ? config.inputBits() - 20 : 8;
    }

    @Override
    public int entryBytes() {
        return 4;
    }

    /** What an entry has room for; the driver may have asked for less. */
    @Override
    public int outputBits() {
        return isWide() ? 35 : 32;
    }

    @Override
    public List<PageSize> pageSizes() {
        return SIZES;
    }

    @Override
    public long kindMask(int level) {
        return level == 0 ? TYPE | SUPER : TYPE;
    }

    @Override
    public Kind kind(int level, long entry) {
        if (level == 0) {
            return switch ((int) (entry & TYPE)) {
                case 1 -> Kind.TABLE;
                case 2 -> (entry & SUPER) != 0 ? Kind.REPLICATED : Kind.LEAF;
                // 3 is reserved in a unit that cannot execute: a fault.
                default -> Kind.EMPTY;
            };
        }
        return switch ((int) (entry & TYPE)) {
            case 0 -> Kind.EMPTY;
            case 1 -> Kind.REPLICATED;
            default -> Kind.LEAF;
        };
    }

    private static int attributeShift(int level) {
        return level == 0 ? 10 : 4;
    }

    private static long neverExecute(int level) {
        return level == 0 ? 1 << 4 : 1;
    }

    @Override
    public long leaf(int level, long bytes, long output, int prot) {
        long attributes = attributes(level, prot);
        if (bytes > 1L << indexShift(level)) {
            attributes = level == 0 ? attributes | SUPER : large(attributes);
        }
        return place(output, output & -(1L << indexShift(level)) & WORD) | attributes;
    }

    /** arm_v7s_prot_to_pte: a mapping that may not be read cannot be said. */
    private long attributes(int level, int prot) {
        long attributes = NOT_GLOBAL | SHAREABLE | ((prot & MMIO) != 0 ? 0 : TEX_NORMAL);
        if (hasPermissions()) {
            attributes |= ACCESSED;
            attributes |= (prot & PRIV) != 0 ? 0 : UNPRIVILEGED;
            attributes |= (prot & WRITE) != 0 ? 0 : READ_ONLY;
        }
        long entry = attributes << attributeShift(level) | TYPE_PAGE;
        if ((prot & NOEXEC) != 0 && hasPermissions()) {
            entry |= neverExecute(level);
        }
        if ((prot & MMIO) != 0) {
            entry |= BUFFERABLE;
        } else if ((prot & CACHE) != 0) {
            entry |= BUFFERABLE | CACHEABLE;
        }
        return level == 0 && isNonSecure() ? entry | NON_SECURE_SECTION : entry;
    }

    /** The attributes of a small page, moved to where a large page has them (arm_v7s_pte_to_cont). */
    private static long large(long small) {
        long moved = small & (SMALL_TEX | 1);
        return small ^ moved ^ TYPE_PAGE
                | (moved & SMALL_TEX) << LARGE_TEX_UP
                | (moved & 1) << LARGE_XN_UP
                | TYPE_LARGE;
    }

    /** The first entry's worth of a leaf that stands in 16, as a leaf of its own (arm_v7s_cont_to_pte). */
    long part(int level, long entry) {
        if (level == 0) {
            return entry & ~SUPER;
        }
        long tex = entry & SMALL_TEX << LARGE_TEX_UP;
        long neverExecute = entry & 1L << LARGE_XN_UP;
        return entry ^ tex ^ neverExecute ^ TYPE_LARGE
                | tex >>> LARGE_TEX_UP
                | neverExecute >>> LARGE_XN_UP
                | TYPE_PAGE;
    }

    // Without ARM_MTK_TTBR_EXT tables are below 4 GiB, so placing the upper bits does no harm.
    @Override
    public long table(int level, long address) {
        return place(address, address & TABLE_ADDRESS) | TYPE_TABLE | (isNonSecure() ? NON_SECURE_TABLE : 0);
    }

    /** paddr_to_iopte: the low bits where they are, the upper ones where MediaTek has room. */
    private long place(long address, long low) {
        return isWide()
                ? low
                        | ((address >>> 32 & 1) != 0 ? BIT_32 : 0)
                        | ((address >>> 33 & 1) != 0 ? BIT_33 : 0)
                        | ((address >>> 34 & 1) != 0 ? BIT_34 : 0)
                : low;
    }

    private long address(long entry, long low) {
        return isWide()
                ? low
                        | ((entry & BIT_32) != 0 ? 1L << 32 : 0)
                        | ((entry & BIT_33) != 0 ? 1L << 33 : 0)
                        | ((entry & BIT_34) != 0 ? 1L << 34 : 0)
                : low;
    }

    @Override
    public long leafBytes(int level, long entry) {
        return kind(level, entry) == Kind.REPLICATED ? (long) COPIES << indexShift(level) : 1L << indexShift(level);
    }

    @Override
    public long output(int level, long entry) {
        return address(entry, entry & WORD & -leafBytes(level, entry));
    }

    /**
     * arm_v7s_pte_to_prot. Whether the access flag is set is another question ({@link #isAccessed}).
     */
    @Override
    public int prot(int level, long entry) {
        long small = level == 1 && kind(1, entry) == Kind.REPLICATED ? part(1, entry) : entry;
        long attributes = small >>> attributeShift(level);
        int memory = (attributes & TEX) == 0 ? MMIO : (small & CACHEABLE) != 0 ? CACHE : 0;
        if (!hasPermissions()) {
            return READ | WRITE | memory;
        }
        return READ
                | ((attributes & READ_ONLY) != 0 ? 0 : WRITE)
                | ((attributes & UNPRIVILEGED) != 0 ? 0 : PRIV)
                | ((small & neverExecute(level)) != 0 ? NOEXEC : 0)
                | memory;
    }

    /** Whether a leaf may be used by a unit with AFE set: AP[0] is its access flag. Always, where there is none. */
    public boolean isAccessed(int level, long entry) {
        return !hasPermissions() || (entry >>> attributeShift(level) & ACCESSED) != 0;
    }

    @Override
    public long tableAddress(int level, long entry) {
        return address(entry, entry & TABLE_ADDRESS);
    }
}
