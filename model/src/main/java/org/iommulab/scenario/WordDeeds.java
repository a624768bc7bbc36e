package org.iommulab.scenario;

import java.util.List;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.dma.DmaBuffer;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.Reply;
import org.iommulab.kernel.Errno;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;

/** Single words of a buffer's memory, and of what lies beside it: the CPU's side and the device's. */
final class WordDeeds {
    private static final Term CPU_READ = Term.hex("read by the CPU");

    private final World world;

    WordDeeds(World world) {
        this.world = world;
    }

    long read(DmaBuffer buffer, long offset) {
        long at = buffer.physical() + offset & ~3L;
        int value = world.site().memory().read32(at);
        world.machine().emit(EventKind.MEMORY, Lane.USER, CPU_READ, buffer, at, value & 0xffff_ffffL);
        return value & 0xffff_ffffL;
    }

    /** The word, or -EIO when the access was refused, nobody answered, or it is held. */
    long readBy(Device device, DmaBuffer buffer, long offset) {
        List<DmaMaster> ports = world.topology().portsOf(device.label());
        if (ports.isEmpty()) {
            throw new StoryBroken("'" + device.label() + "' does no DMA");
        }
        device.power().get(world.kernel());
        Reply reply = ports.getFirst().read32(buffer.address() + offset);
        device.power().put(world.kernel());
        return reply instanceof Reply.Done(int word) ? word & 0xffff_ffffL : Errno.EIO.negative();
    }
}
