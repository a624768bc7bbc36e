package org.iommulab.app.window;

import java.util.Optional;
import javafx.beans.value.ObservableBooleanValue;
import javafx.scene.input.KeyCombination;

/**
 * Something that the user can do. One entry feeds the tool bar, the palette, the keyboard and the help sheet.
 *
 * @param id stable name
 * @param group heading in the help sheet
 * @param title what it does, sentence case, beginning with the verb
 * @param keys its shortcut
 * @param off while this is true it cannot be done
 * @param run does it
 */
record Action(
        String id,
        String group,
        String title,
        Optional<KeyCombination> keys,
        ObservableBooleanValue off,
        Runnable run) {
    boolean isOff() {
        return off.get();
    }

    void perform() {
        if (!isOff()) {
            run.run();
        }
    }

    /** The shortcut as a person reads it; empty when there is none. */
    String keysText() {
        return keys.map(KeyCombination::getDisplayText).orElse("");
    }
}
