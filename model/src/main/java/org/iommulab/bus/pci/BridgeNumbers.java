package org.iommulab.bus.pci;

/**
 * The bus numbers in a bridge's header: configuration requests for buses from the secondary to the subordinate one go
 * down through it.
 *
 * @param primary the bus that it stands on
 * @param secondary the bus right below it; 0 when nobody has set it
 * @param subordinate the highest bus anywhere below it
 */
public record BridgeNumbers(int primary, int secondary, int subordinate) {
    static final int REGISTER = 0x18;
    private static final int LATENCY = 0xff000000;

    /** From the register at 0x18. */
    public static BridgeNumbers of(int register) {
        return new BridgeNumbers(register & 0xff, register >>> 8 & 0xff, register >>> 16 & 0xff);
    }

    /** Of a bridge; of another function the bytes there mean something else. */
    public static BridgeNumbers of(ConfigSpace space) {
        return of(space.read32(REGISTER));
    }

    /** The register with these numbers in it; its latency timer stays. */
    int into(int register) {
        return register & LATENCY | subordinate << 16 | secondary << 8 | primary;
    }

    public boolean leadsTo(int bus) {
        return secondary != 0 && secondary <= bus && bus <= subordinate;
    }
}
