package org.iommulab.app.window;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.value.ObservableBooleanValue;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;

/** The table of everything that can be done, in the order of the help sheet. */
final class Actions {
    static final ObservableBooleanValue NEVER_OFF = new ReadOnlyBooleanWrapper(false);

    private final Map<String, Action> byId = new LinkedHashMap<>();

    /** @param keys as {@link KeyCombination#valueOf} reads it; empty for none */
    void add(String group, String id, String title, String keys, ObservableBooleanValue off, Runnable run) {
        Optional<KeyCombination> combination =
                keys.isEmpty() ? Optional.empty() : Optional.of(KeyCombination.valueOf(keys));
        for (Action other : byId.values()) {
            if (combination.isPresent() && other.keys().equals(combination)) {
                throw new IllegalStateException(keys + " is taken by " + other.id());
            }
        }
        if (byId.put(id, new Action(id, group, title, combination, off, run)) != null) {
            throw new IllegalStateException("two actions are called " + id);
        }
    }

    void add(String group, String id, String title, String keys, Runnable run) {
        add(group, id, title, keys, NEVER_OFF, run);
    }

    Action get(String id) {
        return Objects.requireNonNull(byId.get(id), id);
    }

    Collection<Action> all() {
        return byId.values();
    }

    /** The actions under their headings. */
    Map<String, List<Action>> grouped() {
        var groups = new LinkedHashMap<String, List<Action>>();
        byId.values()
                .forEach(action -> groups.computeIfAbsent(action.group(), _ -> new ArrayList<>())
                        .add(action));
        return groups;
    }

    Optional<Action> forKey(KeyEvent event) {
        return byId.values().stream()
                .filter(action ->
                        action.keys().filter(keys -> keys.match(event)).isPresent())
                .findFirst()
                .or(() -> otherSpelling(event.getCode()));
    }

    /** Plus and minus have several keys, and on many keyboards plus needs the shift key. */
    private Optional<Action> otherSpelling(KeyCode code) {
        return switch (code) {
            case PLUS, EQUALS, ADD -> Optional.ofNullable(byId.get("zoom-in"));
            case SUBTRACT, UNDERSCORE -> Optional.ofNullable(byId.get("zoom-out"));
            default -> Optional.empty();
        };
    }
}
