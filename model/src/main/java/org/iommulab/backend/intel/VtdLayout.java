package org.iommulab.backend.intel;

import java.util.ArrayList;
import java.util.List;
import org.iommulab.hardware.RegisterFile.Register;

/** Registers and their bits (drivers/iommu/intel/iommu.h; VT-d specification, "Register Descriptions"). */
public final class VtdLayout {
    public static final int PAGE = 4096;
    public static final long ADDRESS = 0x000f_ffff_ffff_f000L;

    public static final int VER = 0x00;
    public static final int CAP = 0x08;
    public static final int ECAP = 0x10;
    public static final int GCMD = 0x18;
    public static final int GSTS = 0x1c;
    public static final int RTADDR = 0x20;
    public static final int CCMD = 0x28;
    public static final int FSTS = 0x34;
    public static final int FECTL = 0x38;
    public static final int FEDATA = 0x3c;
    public static final int FEADDR = 0x40;
    public static final int FEUADDR = 0x44;
    public static final int PMEN = 0x64;
    public static final int IQH = 0x80;
    public static final int IQT = 0x88;
    public static final int IQA = 0x90;
    public static final int IQER = 0xb0;

    // GCMD and GSTS, bit numbers: translation, root pointer, write buffer, queued invalidation
    public static final int TE = 31;
    public static final int SRTP = 30;
    public static final int WBF = 27;
    public static final int QIE = 26;

    /** RTADDR: scalable mode. */
    public static final long SMT = 1 << 10;

    // CCMD
    public static final long ICC = 1L << 63;
    public static final int CCMD_GRANULARITY = 61;
    public static final int CCMD_DONE = 59;
    public static final int CCMD_SOURCE = 16;

    // IOTLB
    public static final long IVT = 1L << 63;
    public static final int IOTLB_GRANULARITY = 60;
    public static final int IOTLB_DONE = 57;
    public static final int IOTLB_DOMAIN = 32;
    /** IVA: only leaves have changed. */
    public static final long INVALIDATION_HINT = 1 << 6;

    // FSTS, bit numbers: overflow, pending, queue error, completion error, time-out, page request overflow
    public static final int PFO = 0;
    public static final int PPF = 1;
    public static final int IQE = 4;
    public static final int ICE = 5;
    public static final int ITE = 6;
    public static final int PRO = 7;
    public static final int FRI = 8;

    /** FECTL: no interrupt. */
    public static final int INTERRUPT_MASK = 31;

    /** PMEN: protected regions are wanted, and are on. */
    public static final int EPM = 31;

    public static final int PRS = 0;

    /** IQA: descriptors of 256 bits, and the size of the queue. */
    public static final long WIDE_DESCRIPTORS = 1 << 11;

    public static final int QUEUE_SIZE = 7;

    /** Bytes of a fault recording register. */
    public static final int FAULT_RECORD = 16;

    /** Legacy mode has 16-byte descriptors, scalable mode 32-byte ones. */
    public static final int DESCRIPTOR_SHIFT = 4;

    /** Where interrupts are written to; DMA is not translated there. */
    public static final long FIRST_INTERRUPT = 0xfee0_0000L;

    public static final long LAST_INTERRUPT = 0xfeef_ffffL;

    /** Domain ids that are never a domain's: 0, and that of identity and first-level entries (FLPT_DEFAULT_DID). */
    public static final int NO_DOMAIN = 0;

    public static final int PASS_THROUGH_DOMAIN = 1;

    private VtdLayout() {}

    /** The registers of a unit; those of 64 bits by the offset of their lower half. */
    public static List<Register> registers(VtdCaps caps, int version) {
        var registers = new ArrayList<>(List.of(
                new Register("VER", VER, version),
                new Register("CAP", CAP, caps.cap()),
                new Register("ECAP", ECAP, caps.ecap()),
                new Register("GCMD", GCMD),
                new Register("GSTS", GSTS),
                new Register("RTADDR", RTADDR),
                new Register("CCMD", CCMD),
                new Register("FSTS", FSTS),
                new Register("FECTL", FECTL, 1L << INTERRUPT_MASK),
                new Register("FEDATA", FEDATA),
                new Register("FEADDR", FEADDR),
                new Register("FEUADDR", FEUADDR),
                new Register("PMEN", PMEN),
                new Register("IQH", IQH),
                new Register("IQT", IQT),
                new Register("IQA", IQA),
                new Register("IQER", IQER),
                new Register("IVA", caps.iotlbOffset()),
                new Register("IOTLB", caps.iotlbOffset() + 8)));
        for (int i = 0; i < caps.faultRecords(); i++) {
            int offset = caps.faultRecordOffset() + i * FAULT_RECORD;
            registers.add(new Register("FRCD" + i + " low", offset));
            registers.add(new Register("FRCD" + i + " high", offset + 8));
        }
        return registers;
    }

    /** Whether a register has 64 bits. */
    public static boolean isWide(VtdCaps caps, int offset) {
        return switch (offset) {
            case CAP, ECAP, RTADDR, CCMD, IQH, IQT, IQA, IQER -> true;
            default ->
                offset == caps.iotlbOffset()
                        || offset == caps.iotlbOffset() + 8
                        || offset >= caps.faultRecordOffset()
                                && offset < caps.faultRecordOffset() + caps.faultRecords() * FAULT_RECORD
                                && offset % 8 == 0;
        };
    }
}
