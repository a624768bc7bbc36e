package org.iommulab.scenario;

import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.bus.pci.BusMaster;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.Reply;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** Accesses to memory that a device begins because the story wants it. */
final class Accesses {
    private static final Term HELD_BACK =
            Term.of("no access while bus mastering is off", "", Operand.HEX, Operand.NONE, Operand.ERRNO);
    private static final int WRITTEN = 0x10DA7A;

    private Accesses() {}

    /**
     * A word read or written; the results are those of the action.
     *
     * @param pasid in front of the address, or {@link DmaMaster#NO_PASID}
     */
    static long begin(World world, Device device, DmaMaster port, int pasid, long address, boolean write) {
        if (device.pci().filter(function -> !BusMaster.isOn(function)).isPresent()) {
            return world.machine().call(Lane.DMA, HELD_BACK, port, address, 0, Errno.ENXIO::negative);
        }
        device.power().get(world.kernel());
        Reply reply = write ? port.write32(address, WRITTEN, pasid) : port.read32(address, pasid);
        device.power().put(world.kernel());
        return switch (reply) {
            case Reply.Done _ -> 0;
            case Reply.Held _ -> Errno.EAGAIN.negative();
            case Reply.Refused _, Reply.NoAnswer _ -> Errno.EIO.negative();
        };
    }
}
