/**
 * Recorded events as lines of text, in three forms: one technical line for any event, the kernel log as dmesg prints it,
 * and tracepoints as trace_pipe prints them. Used by the command line, by views and by expectations alike, so that all
 * show the same words. Sees events, terms and the kernel's names; no machine part, no scenario.
 */
@NullMarked
package org.iommulab.words;

import org.jspecify.annotations.NullMarked;
