package org.iommulab.backend.amd;

/** A command, in four words of 32 bits (AMD's specification, "Commands"; build_... in drivers/iommu/amd/iommu.c). */
public record AmdCommand(int w0, int w1, int w2, int w3) {
    /** CMD_INV_IOMMU_ALL_PAGES_ADDRESS. */
    public static final long ALL_PAGES = 0x7fff_ffff_ffff_f000L;

    private static final int STORE = 1;
    private static final int INTERRUPT = 1 << 1;
    private static final int SIZE = 1;
    private static final int PDE = 1 << 1;
    private static final int GUEST = 1 << 2;
    private static final long PAGE = 4096;
    private static final int HIGHEST_DIFFERENCE = 51;

    /** What to do, by the number in the top bits of the second word. */
    public enum Opcode {
        COMPLETION_WAIT(1),
        INVALIDATE_DEVTAB_ENTRY(2),
        INVALIDATE_IOMMU_PAGES(3),
        INVALIDATE_IOTLB_PAGES(4),
        INVALIDATE_INTERRUPT_TABLE(5),
        COMPLETE_PPR_REQUEST(7),
        INVALIDATE_IOMMU_ALL(8),
        ILLEGAL(-1);

        private final int number;

        Opcode(int number) {
            this.number = number;
        }

        static Opcode of(int number) {
            for (Opcode opcode : values()) {
                if (opcode.number == number) {
                    return opcode;
                }
            }
            return ILLEGAL;
        }
    }

    /** What an invalidation covers: all addresses between the two, both included, as unsigned numbers. */
    public record Range(long first, long last) {
        public boolean meets(long input, long bytes) {
            return Long.compareUnsigned(input, last) <= 0 && Long.compareUnsigned(input + bytes - 1, first) >= 0;
        }
    }

    private static AmdCommand of(Opcode opcode, int w0, int w1, int w2, int w3) {
        return new AmdCommand(w0, w1 | opcode.number << 28, w2, w3);
    }

    /** Stores a number when all commands before it are done. */
    public static AmdCommand completionWait(long address, long data) {
        return of(
                Opcode.COMPLETION_WAIT, (int) address & ~7 | STORE, (int) (address >>> 32) & 0xf_ffff, (int) data, (int)
                        (data >>> 32));
    }

    /** The same, with an interrupt instead. */
    public static AmdCommand completionInterrupt() {
        return of(Opcode.COMPLETION_WAIT, INTERRUPT, 0, 0, 0);
    }

    public static AmdCommand invalidateDevice(int device) {
        return of(Opcode.INVALIDATE_DEVTAB_ENTRY, device & 0xffff, 0, 0, 0);
    }

    /**
     * Translations of a domain, host's and guests', and what is cached of upper levels (build_inv_iommu_pages).
     *
     * @param pages as {@link #pages} or {@link #ALL_PAGES} with the size bit says it
     */
    public static AmdCommand invalidatePages(int domain, long pages) {
        return of(Opcode.INVALIDATE_IOMMU_PAGES, 0, domain & 0xffff, (int) pages | PDE, (int) (pages >>> 32));
    }

    /** Translations of a guest table only (build_inv_iommu_pasid). */
    public static AmdCommand invalidateGuestPages(int domain, int pasid, long pages) {
        return of(Opcode.INVALIDATE_IOMMU_PAGES, pasid & 0xf_ffff, domain & 0xffff, (int) pages | PDE | GUEST, (int)
                (pages >>> 32));
    }

    /** What the device itself keeps (build_inv_iotlb_pages). */
    public static AmdCommand invalidateDevicePages(int device, int queueDepth, long pages) {
        return of(Opcode.INVALIDATE_IOTLB_PAGES, device & 0xffff | queueDepth << 24, device & 0xffff, (int) pages, (int)
                (pages >>> 32));
    }

    public static AmdCommand invalidateInterrupts(int device) {
        return of(Opcode.INVALIDATE_INTERRUPT_TABLE, device & 0xffff, 0, 0, 0);
    }

    public static AmdCommand invalidateAll() {
        return of(Opcode.INVALIDATE_IOMMU_ALL, 0, 0, 0, 0);
    }

    /** A range as commands can say it: a naturally aligned power of two around it (build_inv_address). */
    public static long pages(long address, long bytes) {
        long end = address + bytes - 1;
        if ((address & -PAGE) == (end & -PAGE)) {
            return address & -PAGE;
        }
        int difference = 63 - Long.numberOfLeadingZeros(end ^ address);
        long said = difference > HIGHEST_DIFFERENCE ? ALL_PAGES : address | (1L << difference) - 1;
        return said & -PAGE | SIZE;
    }

    /** All pages of a domain. */
    public static long allPages() {
        return ALL_PAGES | SIZE;
    }

    public Opcode opcode() {
        return Opcode.of(w1 >>> 28);
    }

    /** The first two words as memory has them. */
    public long low() {
        return w0 & 0xffff_ffffL | (long) w1 << 32;
    }

    /** The other two. */
    public long high() {
        return w2 & 0xffff_ffffL | (long) w3 << 32;
    }

    public static AmdCommand of(long low, long high) {
        return new AmdCommand((int) low, (int) (low >>> 32), (int) high, (int) (high >>> 32));
    }

    // ---- what the unit reads

    public boolean stores() {
        return (w0 & STORE) != 0;
    }

    public boolean interrupts() {
        return (w0 & INTERRUPT) != 0;
    }

    /** Where COMPLETION_WAIT stores. */
    public long storeAddress() {
        return low() & 0x000f_ffff_ffff_fff8L;
    }

    public int device() {
        return w0 & 0xffff;
    }

    public int domain() {
        return w1 & 0xffff;
    }

    /** Whether upper levels are dropped too. */
    public boolean pde() {
        return (w2 & PDE) != 0;
    }

    /** Whether only a guest table's translations are meant. */
    public boolean guest() {
        return (w2 & GUEST) != 0;
    }

    /** The pages meant: without the size bit one, else as many as the ones of the address from bit 12 on say. */
    public Range range() {
        long address = high() & -PAGE;
        if ((w2 & SIZE) == 0) {
            return new Range(address, address + PAGE - 1);
        }
        int zero = Long.numberOfTrailingZeros(~(address | PAGE - 1));
        if (zero >= 63) {
            return new Range(0, -1);
        }
        long bytes = 2L << zero;
        return new Range(address & -bytes, (address & -bytes) + bytes - 1);
    }
}
