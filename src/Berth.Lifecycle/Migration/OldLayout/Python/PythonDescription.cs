using System.Text.Json.Nodes;

namespace Berth.Lifecycle.Migration.OldLayout.Python;

/// <summary>The dictionaries of a <c>lifecycle_manager.py</c>.</summary>
/// <param name="Plugin"><c>plugin_data</c>.</param>
/// <param name="Modules"><c>module_data</c>.</param>
/// <param name="Notes">What was left out and why.</param>
internal sealed record PythonDescription(JsonObject? Plugin, IReadOnlyList<JsonObject> Modules, IReadOnlyList<string> Notes);
