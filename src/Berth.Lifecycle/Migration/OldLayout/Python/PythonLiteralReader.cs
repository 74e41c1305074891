using System.Text;
using System.Text.Json.Nodes;

namespace Berth.Lifecycle.Migration.OldLayout.Python;

/// <summary>
/// Reads one literal of a Python text as JSON: strings, numbers, True, False, None, lists, tuples, dicts. What is not a
/// literal is left out and noted by its place; nothing is ever evaluated.
/// </summary>
/// <remarks>Bounded by depth and by the number of values, so that a hostile text costs no more than a long one.</remarks>
internal sealed class PythonLiteralReader(PythonCursor cursor, string name)
{
    public const int MaxDepth = 32;
    public const int MaxValues = 50_000;
    private const int MaxNotes = 50;

    private readonly List<string> _notes = [];
    private readonly Stack<string> _place = new([name]);
    private int _values;

    /// <summary>What was left out, by its place: <c>plugin_data["version"]</c>.</summary>
    public IReadOnlyList<string> LeftOut => _notes;

    /// <summary>Reads the value here; false when it is not a literal as a whole.</summary>
    /// <exception cref="PythonSyntaxException">The text is no Python, or breaks a bound.</exception>
    public bool TryRead(out JsonNode? value) => TryValue(0, isInBrackets: false, out value);

    private bool TryValue(int depth, bool isInBrackets, out JsonNode? value)
    {
        value = null;
        if (++_values > MaxValues)
            throw new PythonSyntaxException($"There are more than {MaxValues} values.", cursor.Position);
        if (depth > MaxDepth)
            throw new PythonSyntaxException($"The values are nested more than {MaxDepth} levels deep.", cursor.Position);
        switch (cursor.Current)
        {
            case '{':
                return TryDict(depth, out value);
            case '[':
                cursor.Position++;
                value = Items(']', depth, []);
                return true;
            case '(':
                return TryParentheses(depth, out value);
            case '+' or '-':
                return TrySigned(out value);
            case '.' or (>= '0' and <= '9'):
                return (value = PythonNumbers.Take(cursor, isNegative: false)) is not null;
            default:
                return cursor.IsAtString() ? TryText(isInBrackets, out value) : TryWord(out value);
        }
    }

    private bool TryDict(int depth, out JsonNode? value)
    {
        cursor.Position++;
        var members = new JsonObject();
        value = members;
        while (true)
        {
            cursor.SkipSpace(isInBrackets: true);
            if (cursor.TryTake('}'))
                return true;
            if (cursor.Current == '*')
            {
                // The members of another dict: only running the program would tell.
                cursor.SkipExpression(",}");
                Note("the members of another dict");
            }
            else
            {
                TryElement(depth, ":,}", out var key);
                if (!cursor.TryTake(':'))
                    return false;
                cursor.SkipSpace(isInBrackets: true);
                Member(members, key, depth);
            }

            if (!cursor.TryTake(',') && cursor.Current != '}')
                throw new PythonSyntaxException("A dict is not closed.", cursor.Position);
        }
    }

    private void Member(JsonObject members, JsonNode? key, int depth)
    {
        var text = key is JsonValue && key.GetValueKind() == System.Text.Json.JsonValueKind.String ? key.GetValue<string>() : null;
        _place.Push(text is null ? "[…]" : $"[\"{Short(text)}\"]");
        if (!TryElement(depth, ",}", out var value) || text is null)
            Note(null);
        else
            members[text] = value;
        _place.Pop();
    }

    private JsonArray Items(char close, int depth, JsonArray items)
    {
        while (true)
        {
            cursor.SkipSpace(isInBrackets: true);
            if (cursor.TryTake(close))
                return items;
            Item(close, depth, items);
            if (!cursor.TryTake(',') && cursor.Current != close)
                throw new PythonSyntaxException("A list is not closed.", cursor.Position);
        }
    }

    private void Item(char close, int depth, JsonArray items)
    {
        _place.Push($"[{items.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)}]");
        if (TryElement(depth, "," + close, out var item))
            items.Add(item);
        else
            Note(null);
        _place.Pop();
    }

    // "(1)" is 1 and "(1,)" is a tuple; which of them it is shows after the first value.
    private bool TryParentheses(int depth, out JsonNode? value)
    {
        cursor.Position++;
        cursor.SkipSpace(isInBrackets: true);
        var items = new JsonArray();
        value = items;
        if (cursor.TryTake(')'))
            return true;
        Item(')', depth, items);
        if (cursor.TryTake(')'))
        {
            if (items.Count == 0)
                return false;
            value = items[0];
            items.Clear();
            return true;
        }

        cursor.TryTake(',');
        value = Items(')', depth, items);
        return true;
    }

    /// <summary>A value that something else follows; what is no literal is stepped over.</summary>
    private bool TryElement(int depth, string ends, out JsonNode? value)
    {
        var start = cursor.Position;
        var noted = _notes.Count;
        if (TryValue(depth + 1, isInBrackets: true, out value))
        {
            cursor.SkipSpace(isInBrackets: true);
            if (!cursor.IsAtEnd && ends.Contains(cursor.Current, StringComparison.Ordinal))
                return true;
        }

        value = null;
        _notes.RemoveRange(noted, _notes.Count - noted);
        cursor.Position = start;
        cursor.SkipExpression(ends);
        return false;
    }

    private bool TryText(bool isInBrackets, out JsonNode? value)
    {
        var text = new StringBuilder();
        bool? isBytes = null;
        var isLiteral = true;
        do
        {
            var token = cursor.TakeString();
            isLiteral &= (isBytes ??= PythonStrings.IsBytes(token)) == PythonStrings.IsBytes(token);
            var part = PythonStrings.Read(token);
            isLiteral &= part is not null;
            text.Append(part);
            cursor.SkipSpace(isInBrackets);
        }
        while (cursor.IsAtString());
        value = isLiteral ? JsonValue.Create(text.ToString()) : null;
        return isLiteral;
    }

    private bool TrySigned(out JsonNode? value)
    {
        var isNegative = false;
        for (; cursor.Current is '+' or '-'; cursor.Position++)
            isNegative ^= cursor.Current == '-';
        cursor.SkipSpace(isInBrackets: false);
        value = PythonNumbers.Take(cursor, isNegative);
        return value is not null;
    }

    private bool TryWord(out JsonNode? value)
    {
        var word = cursor.PeekName();
        value = word switch { "True" => JsonValue.Create(true), "False" => JsonValue.Create(false), _ => null };
        var isLiteral = word is "True" or "False" or "None";
        if (isLiteral)
            cursor.Position += word.Length;
        return isLiteral;
    }

    private void Note(string? what)
    {
        if (_notes.Count < MaxNotes)
            _notes.Add(string.Concat(_place.Reverse()) + (what is null ? "" : $": {what}"));
    }

    private static string Short(string text) => text.Length > 64 ? text[..64] + "…" : text;
}
