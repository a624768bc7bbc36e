package org.iommulab.scenario;

import java.util.List;
import java.util.function.Function;
import org.iommulab.board.World;
import org.iommulab.bus.Device;
import org.iommulab.dma.MsiMessages;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.InterruptDoorbell;

/** Interrupts as messages. */
final class MsiDeeds {
    private MsiDeeds() {}

    /** @param devices the devices that are there, by their names */
    static long run(World world, Action.Msi action, Function<String, Device> devices) {
        InterruptDoorbell doorbell = world.doorbell()
                .orElseThrow(() -> new StoryBroken("the board has no doorbell for interrupts (ARM_GIC_V3_ITS)"));
        return switch (action) {
            case MsiAction.RequestMsi(String device) ->
                new MsiMessages(world.kernel(), world.core()).request(devices.apply(device), doorbell.address());
            case MsiAction.RaiseMsi(String device) -> raise(world, devices.apply(device));
        };
    }

    private static long raise(World world, Device device) {
        List<DmaMaster> ports = world.topology().portsOf(device.label());
        if (ports.isEmpty() || !device.msiAddress().isSet()) {
            throw new StoryBroken("'" + device.label() + "' was not told where its interrupts go");
        }
        return Accesses.begin(
                world,
                device,
                ports.getFirst(),
                DmaMaster.NO_PASID,
                device.msiAddress().get(),
                true);
    }
}
