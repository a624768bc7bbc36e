package org.iommulab.backend.sprd;

import java.util.List;
import java.util.Optional;
import org.iommulab.hardware.RegisterFile.Register;

/** Registers and bits (drivers/iommu/sprd-iommu.c). */
public final class SprdLayout {
    /** Bits of CFG: the unit translates. */
    public static final int CFG_ENABLE = 1;

    /** Clocks are gated when idle. */
    public static final int CFG_GATE = 1 << 1;

    /** Addresses outside the window pass untouched; the driver never sets it. */
    public static final int CFG_BYPASS = 1 << 4;

    /** What is written to UPDATE. */
    public static final int UPDATE_ALL = -1;

    /** VPN_RANGE for the whole window. */
    public static final int LAST_INDEX = 0xffff;

    /** First page frame of the table, in either flavour. */
    public static final int FIRST_PPN = 0x10;

    /** Page frame of the default page; in the VAU flavour of that for reads, see {@link Flavour#defaultForWrites}. */
    public static final int DEFAULT_PPN = 0x14;

    /** Register 0: in {@link #VERSION_MASK} the flavour. */
    public static final int VERSION = 0;

    public static final int VERSION_MASK = 0xff00;

    /** Bits of an entry that hold the page frame; the rest means nothing. */
    public static final int ENTRY_PPN = 0xf_ffff;

    private SprdLayout() {}

    /** The version field of register 0 ({@code sprd_iommu_get_version}). */
    public static int versionOf(int register) {
        return (register & VERSION_MASK) >>> 8;
    }

    /** The two flavours of the block, told apart by the version field of register 0. */
    public enum Flavour {
        EX(0x00, 0x04, 0x08, 0x0c, 0x14),
        VAU(0x04, 0x08, 0x1c, 0x20, 0x18);

        private final int cfg;
        private final int update;
        private final int firstVpn;
        private final int vpnRange;
        private final int defaultForWrites;

        Flavour(int cfg, int update, int firstVpn, int vpnRange, int defaultForWrites) {
            this.cfg = cfg;
            this.update = update;
            this.firstVpn = firstVpn;
            this.vpnRange = vpnRange;
            this.defaultForWrites = defaultForWrites;
        }

        public int cfg() {
            return cfg;
        }

        public int update() {
            return update;
        }

        public int firstVpn() {
            return firstVpn;
        }

        public int vpnRange() {
            return vpnRange;
        }

        /** What the version field reads. */
        public int version() {
            return ordinal();
        }

        /** The flavour that a version field stands for; empty for none that the driver knows. */
        public static Optional<Flavour> ofVersion(int version) {
            return version >= 0 && version < values().length ? Optional.of(values()[version]) : Optional.empty();
        }

        /** Page frame of the default page for writes. */
        public int defaultForWrites() {
            return defaultForWrites;
        }

        /** All registers, in the order of their offsets. On EX the version field, which reads 0, shares CFG. */
        public List<Register> registers() {
            return switch (this) {
                case EX ->
                    List.of(
                            new Register("CFG", cfg),
                            new Register("UPDATE", update),
                            new Register("FIRST_VPN", firstVpn),
                            new Register("VPN_RANGE", vpnRange),
                            new Register("FIRST_PPN", FIRST_PPN),
                            new Register("DEFAULT_PPN", DEFAULT_PPN));
                case VAU ->
                    List.of(
                            new Register("VERSION", 0, 1 << 8),
                            new Register("CFG", cfg),
                            new Register("UPDATE", update),
                            new Register("AUTH_CFG", 0x0c),
                            new Register("FIRST_PPN", FIRST_PPN),
                            new Register("DEFAULT_PPN_RD", DEFAULT_PPN),
                            new Register("DEFAULT_PPN_WR", defaultForWrites),
                            new Register("FIRST_VPN", firstVpn),
                            new Register("VPN_RANGE", vpnRange));
            };
        }
    }
}
