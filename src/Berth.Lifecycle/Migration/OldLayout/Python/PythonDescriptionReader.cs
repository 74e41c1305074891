using System.Text.Json.Nodes;

namespace Berth.Lifecycle.Migration.OldLayout.Python;

/// <summary>
/// Finds the assignments <c>plugin_data = {…}</c> and <c>module_data = […]</c> in a Python text, also as attributes
/// (<c>self.plugin_data</c>) and with annotations, and reads them without running anything. Names in strings and comments
/// are not seen. Of several assignments the one with the most literal members counts, of equal ones the first.
/// </summary>
internal static class PythonDescriptionReader
{
    private const int MaxAssignments = 100;

    public static PythonDescription Read(string text)
    {
        var cursor = new PythonCursor(text.TrimStart('\uFEFF').Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n'));
        List<Assignment> found = [];
        List<string> failures = [];
        try
        {
            while (found.Count + failures.Count < MaxAssignments && NextName(cursor) is { } name)
            {
                if (IsAssignment(cursor))
                    Take(cursor, name, found, failures);
            }
        }
        catch (PythonSyntaxException exception)
        {
            failures.Add(Described(cursor, exception));
        }

        return Choose(found, failures);
    }

    /// <summary>Steps behind the next of the two names that stands in code.</summary>
    private static string? NextName(PythonCursor cursor)
    {
        while (!cursor.IsAtEnd)
        {
            if (cursor.IsAtString())
            {
                cursor.TakeString();
            }
            else if (cursor.Current == '#')
            {
                cursor.SkipLine();
            }
            else if (cursor.PeekName() is { Length: > 0 } name)
            {
                cursor.Position += name.Length;
                if (name is "plugin_data" or "module_data")
                    return name.ToString();
            }
            else
            {
                cursor.Position++;
            }
        }

        return null;
    }

    private static bool IsAssignment(PythonCursor cursor)
    {
        cursor.SkipSpace(isInBrackets: false);
        if (cursor.Current == ':' && !TrySkipAnnotation(cursor))
            return false;
        if (cursor.Current != '=' || cursor.Text.AsSpan(cursor.Position).StartsWith("=="))
            return false;
        cursor.Position++;
        cursor.SkipSpace(isInBrackets: false);
        return true;
    }

    private static bool TrySkipAnnotation(PythonCursor cursor)
    {
        var start = cursor.Position;
        try
        {
            cursor.Position++;
            cursor.SkipExpression("=\n");
            return cursor.Current == '=';
        }
        catch (PythonSyntaxException)
        {
            cursor.Position = start + 1;
            return false;
        }
    }

    private static void Take(PythonCursor cursor, string name, List<Assignment> found, List<string> failures)
    {
        var start = cursor.Position;
        var reader = new PythonLiteralReader(cursor, name);
        try
        {
            var isLiteral = reader.TryRead(out var value);
            cursor.SkipSpace(isInBrackets: false);
            if (isLiteral && (cursor.IsAtEnd || cursor.Current is '\n' or ';') && value is JsonObject or JsonArray)
            {
                found.Add(new Assignment(name, value!, reader.LeftOut));
                return;
            }

            cursor.Position = start;
            failures.Add($"'{name}' in line {cursor.Line} is not a literal.");
        }
        catch (PythonSyntaxException exception)
        {
            failures.Add($"'{name}': {Described(cursor, exception)}");
            cursor.Position = Math.Max(start, Math.Min(exception.Position, cursor.Text.Length));
        }
    }

    private static PythonDescription Choose(List<Assignment> found, List<string> failures)
    {
        var plugin = found.Where(one => one is { Name: "plugin_data", Value: JsonObject }).MaxBy(one => ((JsonObject)one.Value).Count);
        var modules = found.Where(one => one is { Name: "module_data", Value: JsonArray }).MaxBy(one => ((JsonArray)one.Value).OfType<JsonObject>().Sum(module => module.Count));
        List<string> notes = [.. new[] { plugin, modules }.OfType<Assignment>().SelectMany(one => one.LeftOut).Select(place => $"{place} is not a literal and is left out.")];
        // What could not be read matters only where nothing else was found.
        if (plugin is null || modules is null)
            notes.AddRange(failures.Where(failure => plugin is null || !failure.StartsWith("'plugin_data'", StringComparison.Ordinal)));
        return new PythonDescription(plugin?.Value as JsonObject, [.. (modules?.Value as JsonArray)?.OfType<JsonObject>() ?? []], notes);
    }

    private static string Described(PythonCursor cursor, PythonSyntaxException exception)
    {
        var line = cursor.Text.AsSpan(0, Math.Min(exception.Position, cursor.Text.Length)).Count('\n') + 1;
        return $"{exception.Message} (line {line.ToString(System.Globalization.CultureInfo.InvariantCulture)})";
    }

    private sealed record Assignment(string Name, JsonNode Value, IReadOnlyList<string> LeftOut);
}
