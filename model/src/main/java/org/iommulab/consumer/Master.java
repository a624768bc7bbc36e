package org.iommulab.consumer;

import java.util.List;
import org.iommulab.bus.Device;
import org.iommulab.bus.PowerCallbacks;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.Reply;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * A device as hardware: the ports through which it does DMA, and what it last showed. A frame is 8 by 8 cells, one row a
 * page, so that a picture shows which pages were reached.
 */
public final class Master extends SimObject implements PowerCallbacks {
    public static final int COLUMNS = 8;
    public static final int ROWS = 8;
    /** Bytes from one row to the next. */
    public static final long STRIDE = 4096;

    /** The content of a cell that got no answer. */
    public static final long NO_ANSWER = -1;

    private static final Term SCAN_OUT = Term.of("scan out", "", Operand.HEX, Operand.DECIMAL, Operand.DECIMAL);
    private static final Term ROW = Term.of("row", "", Operand.DECIMAL, Operand.HEX, Operand.NONE);
    private static final Term PICTURE = Term.count("picture");

    private final Device device;
    private final List<DmaMaster> ports;
    private final int cells;
    private final int shown;
    private final FlagCell screenOn;

    /** @param ports in the board's order; the lab sends even rows over the first and odd rows over the last */
    public Master(Device device, List<DmaMaster> ports) {
        super(device.machine());
        this.device = device;
        this.ports = List.copyOf(ports);
        this.cells = machine().newCells(COLUMNS * ROWS);
        this.shown = machine().newCells(2);
        this.screenOn = new FlagCell(this, Lane.DRIVER, Term.flag("screen on"));
    }

    @Override
    public String label() {
        return device.label() + " hardware";
    }

    public Device device() {
        return device;
    }

    public List<DmaMaster> ports() {
        return ports;
    }

    /**
     * Reads a frame from a bus address and shows it.
     *
     * @param expected the frame as it was drawn, row by row
     * @return how many cells differ from it
     */
    public int scanOut(long address, List<Integer> expected) {
        return (int) machine().call(Lane.DMA, SCAN_OUT, device, address, (long) COLUMNS * ROWS, () -> {
            int wrong = 0;
            for (int row = 0; row < ROWS; row++) {
                wrong += (int)
                        scanRow(row, address + row * STRIDE, expected.subList(row * COLUMNS, (row + 1) * COLUMNS));
            }
            machine().store(shown, 1);
            machine().store(shown + 1, wrong);
            machine().emit(EventKind.CHECK, Lane.DMA, PICTURE, device, COLUMNS * ROWS - wrong, COLUMNS * ROWS);
            return wrong;
        });
    }

    private long scanRow(int row, long address, List<Integer> expected) {
        return machine().call(Lane.DMA, ROW, device, row, address, () -> {
            DmaMaster port = row % 2 == 0 ? ports.getFirst() : ports.getLast();
            int wrong = 0;
            for (int column = 0; column < COLUMNS; column++) {
                long cell = switch (port.read32(address + 4L * column)) {
                    case Reply.Done(int word) -> word & 0xff_ffffL;
                    case Reply.NoAnswer _, Reply.Refused _, Reply.Held _ -> NO_ANSWER;
                };
                machine().store(cells + row * COLUMNS + column, cell);
                wrong += cell == expected.get(column) ? 0 : 1;
            }
            return wrong;
        });
    }

    /** Whether its driver keeps it awake to show a picture. */
    public FlagCell screenOn() {
        return screenOn;
    }

    /** Whether it has shown anything yet. */
    public boolean hasShown() {
        return machine().load(shown) != 0;
    }

    /** How many cells of what it last showed were wrong. */
    public int wrong() {
        return (int) machine().load(shown + 1);
    }

    /** A cell of what it last showed: 0xRRGGBB, or {@link #NO_ANSWER}. */
    public long cell(int index) {
        return machine().load(cells + index);
    }

    @Override
    public void powerOn() {}

    @Override
    public void resume() {}

    @Override
    public void suspend() {}

    @Override
    public void powerOff() {}
}
