package org.iommulab.backend.intel;

import java.util.Map;

/**
 * Fault reasons in words, by their number (Intel VT-d specification, "Fault Conditions"; the driver's tables
 * dma_remap_fault_reasons, irq_remap_fault_reasons and dma_remap_sm_fault_reasons have the same numbers).
 */
public final class IntelFaultReason {
    private static final Map<Integer, String> WORDS = Map.ofEntries(
            Map.entry(0x01, "no root entry for this bus: present is clear"),
            Map.entry(0x02, "no context entry for this device: present is clear, no domain was ever attached"),
            Map.entry(0x03, "the context entry is invalid"),
            Map.entry(0x04, "the address is beyond the width that the unit or the domain translates"),
            Map.entry(
                    0x05,
                    "a write, and on the way down the tables an entry does not allow writing: not mapped, or"
                            + " read-only"),
            Map.entry(
                    0x06,
                    "a read, and on the way down the tables an entry does not allow reading: not mapped, or"
                            + " write-only"),
            Map.entry(0x07, "an entry points at a table where there is no memory"),
            Map.entry(0x08, "the root table is where there is no memory"),
            Map.entry(0x09, "the context table is where there is no memory"),
            Map.entry(0x0a, "reserved bits are set in the root entry"),
            Map.entry(0x0b, "reserved bits are set in the context entry"),
            Map.entry(0x0c, "reserved bits are set in a page-table entry"),
            Map.entry(0x0d, "the device asked for a translation (ATS), which its context entry forbids"),
            Map.entry(0x20, "reserved fields are set in a remappable interrupt request"),
            Map.entry(0x21, "the interrupt's index is beyond the remapping table"),
            Map.entry(0x22, "the interrupt remapping entry is not present"),
            Map.entry(0x23, "the interrupt remapping table is where there is no memory"),
            Map.entry(0x24, "reserved fields are set in the interrupt remapping entry"),
            Map.entry(0x25, "an interrupt in the old (compatibility) format, which is blocked"),
            Map.entry(0x26, "the interrupt remapping entry belongs to another device (source-id check)"),
            Map.entry(0x30, "scalable mode: the root table's address is invalid"),
            Map.entry(0x31, "scalable mode: a request with a PASID while the tables are in legacy mode"),
            Map.entry(0x32, "scalable mode: a page request while the tables are in legacy mode"),
            Map.entry(0x38, "scalable mode: the root entry could not be read"),
            Map.entry(0x39, "scalable mode: the root entry is not present"),
            Map.entry(0x3a, "scalable mode: reserved bits are set in the root entry"),
            Map.entry(0x40, "scalable mode: the context entry could not be read"),
            Map.entry(0x41, "scalable mode: the context entry is not present"),
            Map.entry(0x42, "scalable mode: reserved bits are set in the context entry"),
            Map.entry(0x43, "scalable mode: the context entry is invalid"),
            Map.entry(0x44, "scalable mode: a translation request (ATS), which the context entry does not enable"),
            Map.entry(0x45, "scalable mode: a request with a PASID, which the context entry does not enable"),
            Map.entry(0x46, "scalable mode: the PASID is beyond the PASID directory"),
            Map.entry(0x47, "scalable mode: a page request, which the context entry does not enable"),
            Map.entry(0x48, "scalable mode: the PASID for requests without one is out of range"),
            Map.entry(0x50, "scalable mode: the PASID directory entry could not be read"),
            Map.entry(0x51, "scalable mode: the PASID directory entry is not present"),
            Map.entry(0x52, "scalable mode: reserved bits are set in the PASID directory entry"),
            Map.entry(0x58, "scalable mode: the PASID table entry could not be read"),
            Map.entry(0x59, "scalable mode: the PASID table entry is not present: the device is blocked"),
            Map.entry(0x5a, "scalable mode: reserved bits are set in the PASID table entry"),
            Map.entry(0x5b, "scalable mode: the PASID table entry is invalid"),
            Map.entry(0x5c, "scalable mode: an execute request, which the PASID table entry does not enable"),
            Map.entry(0x5d, "scalable mode: a supervisor request, which the PASID table entry does not enable"),
            Map.entry(0x70, "a first-level entry could not be read"),
            Map.entry(0x71, "a first-level entry is not present: not mapped"),
            Map.entry(0x72, "reserved bits are set in a first-level entry"),
            Map.entry(0x73, "the first-level top entry could not be read"),
            Map.entry(0x74, "nested: a first-level entry's address is beyond the second level's width"),
            Map.entry(0x75, "nested: the second level does not allow reading the first-level top entry"),
            Map.entry(0x76, "nested: the second level does not allow reading a first-level entry"),
            Map.entry(0x77, "nested: the second level does not allow writing a first-level entry"),
            Map.entry(0x78, "a second-level entry could not be read"),
            Map.entry(0x79, "a second-level entry does not allow it: not mapped, or mapped without this right"),
            Map.entry(0x7a, "reserved bits are set in a second-level entry"),
            Map.entry(0x7b, "the second-level table's address is invalid"),
            Map.entry(0x7c, "accessed and dirty bits of a second-level entry cannot be set without snooping"),
            Map.entry(0x80, "the address is not canonical: its upper bits do not repeat the highest one used"),
            Map.entry(0x81, "a user request for a page of the supervisor"),
            Map.entry(0x82, "an execute request for a page that forbids it"),
            Map.entry(0x83, "the address of the first level is beyond what the unit can"),
            Map.entry(0x84, "the address of a second-level entry is beyond what the unit can"),
            Map.entry(0x85, "a write or atomic operation, and a first-level entry is read-only"),
            Map.entry(0x86, "a read or atomic operation that the first level does not allow"),
            Map.entry(
                    0x87, "the address lies in the window of interrupts (0xfee00000), which this request may not use"),
            Map.entry(0x90, "accessed and dirty bits of a first-level entry cannot be set without snooping"));

    private IntelFaultReason() {}

    /** What a reason means. */
    public static String words(int reason) {
        return WORDS.getOrDefault(reason, "a reason that is reserved or newer than the lab");
    }
}
