package org.iommulab.backend.sun50i;

import org.iommulab.backend.sun50i.Sun50iWalker.Miss;
import org.iommulab.hardware.EntryWords;
import org.iommulab.hardware.RegisterFile;

/** The interrupt registers of the unit: which fault, whose, where. */
final class Sun50iFaults {
    private final RegisterFile registers;

    Sun50iFaults(RegisterFile registers) {
        this.registers = registers;
    }

    enum Fault {
        INVALID_L1("invalid L1 entry"),
        INVALID_L2("invalid L2 entry"),
        PERMISSION("permission fault");

        private final String cause;

        Fault(String cause) {
            this.cause = cause;
        }

        String cause() {
            return cause;
        }

        private String at(long address) {
            return cause + " at " + EntryWords.hex(address);
        }

        static Fault of(Miss miss) {
            return switch (miss) {
                case NONE -> PERMISSION;
                case INVALID_L1 -> INVALID_L1;
                case INVALID_L2 -> INVALID_L2;
            };
        }
    }

    /**
     * Writes down a fault.
     *
     * @param entry the page entry of a permission fault
     * @return its bit in the interrupt status
     */
    int latch(Fault fault, int master, long input, long entry) {
        int status = switch (fault) {
            case INVALID_L1 -> {
                registers.set(Sun50iLayout.INT_ERR_ADDR_L1, input);
                add(Sun50iLayout.L1PG_INT, 1 << master);
                yield Sun50iLayout.INT_INVALID_L1;
            }
            case INVALID_L2 -> {
                registers.set(Sun50iLayout.INT_ERR_ADDR_L2, input);
                add(Sun50iLayout.L2PG_INT, 1 << master);
                yield Sun50iLayout.INT_INVALID_L2;
            }
            case PERMISSION -> {
                registers.set(Sun50iLayout.errorAddress(master), input);
                registers.set(Sun50iLayout.errorData(master), entry);
                yield 1 << master;
            }
        };
        add(Sun50iLayout.INT_STA, status);
        return status;
    }

    private void add(int offset, int bits) {
        registers.set32(offset, registers.get32(offset) | bits);
    }

    /** The CPU acknowledges interrupts. */
    void clear(int bits) {
        registers.set32(Sun50iLayout.INT_STA, registers.get32(Sun50iLayout.INT_STA) & ~bits);
        // Who hit an invalid entry is of interest as long as the interrupt is there.
        if ((bits & Sun50iLayout.INT_INVALID_L1) != 0) {
            registers.set32(Sun50iLayout.L1PG_INT, 0);
        }
        if ((bits & Sun50iLayout.INT_INVALID_L2) != 0) {
            registers.set32(Sun50iLayout.L2PG_INT, 0);
        }
    }

    boolean interrupts() {
        return (registers.get32(Sun50iLayout.INT_STA) & registers.get32(Sun50iLayout.INT_ENABLE)) != 0;
    }

    /** The latched fault in words, in the order in which the driver looks for one; empty for none. */
    String words() {
        int status = registers.get32(Sun50iLayout.INT_STA);
        if ((status & Sun50iLayout.INT_INVALID_L2) != 0) {
            return Fault.INVALID_L2.at(registers.getUnsigned(Sun50iLayout.INT_ERR_ADDR_L2));
        }
        if ((status & Sun50iLayout.INT_INVALID_L1) != 0) {
            return Fault.INVALID_L1.at(registers.getUnsigned(Sun50iLayout.INT_ERR_ADDR_L1));
        }
        if (status == 0) {
            return "";
        }
        int master = 31 - Integer.numberOfLeadingZeros(status);
        return Fault.PERMISSION.at(registers.getUnsigned(Sun50iLayout.errorAddress(master))) + " of master " + master;
    }
}
