package org.iommulab.app.window;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.ButtonBase;
import javafx.scene.control.ListView;
import javafx.scene.control.Slider;
import javafx.scene.control.TableView;
import javafx.scene.control.TextInputControl;
import javafx.scene.control.TreeView;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import org.iommulab.app.graph.GraphView;
import org.iommulab.app.timeline.TimelineView;

/** Sends keys to actions, before controls see them, but leaves to a control what it needs itself. */
final class Keys {
    private static final Set<KeyCode> MOVING =
            EnumSet.of(KeyCode.LEFT, KeyCode.RIGHT, KeyCode.UP, KeyCode.DOWN, KeyCode.HOME, KeyCode.END);

    private static final Set<KeyCode> ZOOMING =
            EnumSet.of(KeyCode.PLUS, KeyCode.EQUALS, KeyCode.ADD, KeyCode.MINUS, KeyCode.SUBTRACT);

    private static final Set<KeyCode> COMPARING =
            EnumSet.of(KeyCode.LEFT, KeyCode.RIGHT, KeyCode.UP, KeyCode.DOWN, KeyCode.HOME, KeyCode.END, KeyCode.SPACE);

    private Keys() {}

    /** @param covered whether a page covers the story: plain keys are the page's own then, but for those in words */
    static void listen(Scene scene, Actions actions, BooleanSupplier covered) {
        scene.addEventFilter(KeyEvent.KEY_PRESSED, event -> {
            if (belongsToControl(scene.getFocusOwner(), event)) {
                return;
            }
            Optional<Action> action = actions.forKey(event)
                    .filter(found -> !covered.getAsBoolean()
                            || isCommand(event)
                            || found.id().equals("text"));
            action.ifPresent(found -> {
                found.perform();
                event.consume();
            });
        });
    }

    private static boolean isCommand(KeyEvent event) {
        return event.isControlDown() || event.isMetaDown() || event.getCode().isFunctionKey();
    }

    private static boolean belongsToControl(Node focused, KeyEvent event) {
        boolean command = isCommand(event);
        // Who compares moves all lanes, not the story beneath.
        for (Node node = focused; node != null; node = node.getParent()) {
            if (node instanceof ComparePage) {
                return COMPARING.contains(event.getCode());
            }
        }
        return switch (focused) {
            case TextInputControl _ -> !command;
            // A button that the keyboard reached is pressed with the space bar; one that was clicked is not in the way.
            case ButtonBase button -> button.isFocusVisible() && event.getCode() == KeyCode.SPACE;
            case Slider slider -> slider.isFocusVisible() && MOVING.contains(event.getCode());
            // The timeline zooms itself.
            case TimelineView _ -> ZOOMING.contains(event.getCode());
            // Who came to the graph with the keyboard goes about in it with the arrows.
            case GraphView graph -> graph.isFocusVisible() && MOVING.contains(event.getCode());
            case ListView<?> _, TableView<?> _, TreeView<?> _ -> MOVING.contains(event.getCode());
            case null, default -> false;
        };
    }
}
