package org.iommulab.app.window;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import org.iommulab.app.machine.MachineDesk;
import org.iommulab.app.playback.LivePlayback;
import org.iommulab.app.playback.Now;
import org.iommulab.app.playback.Places;
import org.iommulab.app.playback.Story;
import org.iommulab.bus.pci.AcsOverride;
import org.iommulab.graph.Moment;
import org.iommulab.scenario.Run;

/** What can be done with a captured machine, as actions of the window. */
final class MachineActions {
    private final LivePlayback playback;
    private Optional<Run> begun = Optional.empty();

    private MachineActions(LivePlayback playback) {
        this.playback = playback;
    }

    static void add(Actions actions, LivePlayback playback) {
        var own = new MachineActions(playback);
        var story = playback.storyProperty();
        BooleanBinding noMachine = Bindings.createBooleanBinding(
                () -> story.get().filter(Story::still).isEmpty(), story);
        BooleanBinding noDevice = Bindings.createBooleanBinding(
                () -> noMachine.get() || own.device().isEmpty(),
                noMachine,
                playback.selectedProperty(),
                playback.nowProperty());
        BooleanBinding noHandOver = Bindings.createBooleanBinding(
                () -> story.get()
                        .filter(open -> open.kind() == Story.Kind.HANDOVER)
                        .isEmpty(),
                story);
        playback.nowProperty().subscribe(own::selectHanded);
        String group = "A captured machine";
        actions.add(
                group, "hand-over", "Hand the selected device to user space", "Shortcut+R", noDevice, own::handOver);
        actions.add(group, "machine", "Go back to the captured machine", "Shortcut+Shift+R", noHandOver, own::machine);
        actions.add(
                group,
                "acs-downstream",
                "Override ACS of ports: what if",
                "",
                noMachine,
                () -> own.override(now -> new AcsOverride(!now.downstream(), now.multifunction(), now.devices())));
        actions.add(
                group,
                "acs-multifunction",
                "Override ACS of multifunction devices: what if",
                "",
                noMachine,
                () -> own.override(now -> new AcsOverride(now.downstream(), !now.multifunction(), now.devices())));
        actions.add(
                group, "acs-device", "Override ACS of the selected device: what if", "", noDevice, own::overrideDevice);
    }

    /** For the panes: each wish is one of the actions. */
    static MachineDesk desk(Actions actions) {
        return new MachineDesk() {
            @Override
            public void handOver() {
                actions.get("hand-over").perform();
            }

            @Override
            public void overrideDownstream() {
                actions.get("acs-downstream").perform();
            }

            @Override
            public void overrideMultifunction() {
                actions.get("acs-multifunction").perform();
            }

            @Override
            public void overrideDevice() {
                actions.get("acs-device").perform();
            }
        };
    }

    private Optional<MachineKey> key() {
        return playback.storyProperty().get().map(story -> MachineKey.parse(story.key()));
    }

    /** The name of the device that is selected. */
    private Optional<String> device() {
        int id = playback.selectedProperty().get();
        return playback.nowProperty()
                .get()
                .flatMap(now -> devices(now.moment())
                        .filter(device -> device.id() == id)
                        .map(Moment.DeviceView::name)
                        .findFirst());
    }

    /** The story is about the device that is handed over: it is selected when the story begins. */
    private void selectHanded(Optional<Now> now) {
        if (now.isEmpty() || begun.equals(now.map(Now::run))) {
            return;
        }
        begun = now.map(Now::run);
        boolean handed = playback.storyProperty()
                .get()
                .filter(open -> open.kind() == Story.Kind.HANDOVER)
                .isPresent();
        key().filter(_ -> handed)
                .flatMap(MachineKey::device)
                .flatMap(name -> devices(now.get().moment())
                        .filter(device -> device.name().equals(name))
                        .findFirst())
                .ifPresent(device -> playback.selectedProperty().set(device.id()));
    }

    private static Stream<Moment.DeviceView> devices(Moment moment) {
        return Stream.concat(
                moment.groups().stream().flatMap(group -> group.devices().stream()), moment.loose().stream());
    }

    private void handOver() {
        key().flatMap(key -> device().map(key::handing)).ifPresent(key -> playback.open(key.story(), Places.BEGINNING));
    }

    private void machine() {
        key().ifPresent(key -> playback.open(key.still().story(), Places.BEGINNING));
    }

    private void overrideDevice() {
        device().ifPresent(name -> override(now -> {
            Set<String> devices = new HashSet<>(now.devices());
            if (!devices.remove(name)) {
                devices.add(name);
            }
            return new AcsOverride(now.downstream(), now.multifunction(), devices);
        }));
    }

    private void override(java.util.function.UnaryOperator<AcsOverride> change) {
        key().map(key -> key.with(change.apply(key.override()))).ifPresent(key -> playback.vary(key.story()));
    }
}
