using System.Text;

namespace Berth.Registry.Optimization.Scripts;

/// <summary>Replacements of ranges of a text, applied at once.</summary>
internal sealed class TextEdits(string text)
{
    private readonly List<(int Start, int End, string With)> _edits = [];

    public bool IsEmpty => _edits.Count == 0;

    public int Count => _edits.Count;

    /// <summary>Ranges must not overlap.</summary>
    public void Replace(int start, int end, string with) => _edits.Add((start, end, with));

    public string Apply()
    {
        var output = new StringBuilder(text.Length);
        var from = 0;
        foreach (var (start, end, with) in _edits.OrderBy(edit => edit.Start))
        {
            if (start < from)
                throw new InvalidOperationException("Two edits overlap.");
            output.Append(text, from, start - from).Append(with);
            from = end;
        }

        return output.Append(text, from, text.Length - from).ToString();
    }
}
