using System.Text;

namespace Berth.Hostile.Tests;

/// <summary>How each attack ends at each level: one line an attack, one column a level. What was never tried has no cell.</summary>
internal sealed class Matrix
{
    private const string Untried = "?";
    private const string Senseless = "-";

    private readonly SortedDictionary<string, Dictionary<string, Cell>> _rows = new(StringComparer.Ordinal);

    public Cell? this[string attack, string level] => _rows.TryGetValue(attack, out var row) && row.TryGetValue(level, out var cell) ? cell : null;

    public void Set(string attack, string level, Cell cell)
    {
        if (!_rows.TryGetValue(attack, out var row))
            _rows[attack] = row = [];
        row[level] = cell;
    }

    public static Matrix Read(string text)
    {
        var matrix = new Matrix();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            var fields = line.Split('\t');
            for (var i = 0; i < Levels.All.Count; i++)
            {
                if (Enum.TryParse<Cell>(fields[i + 1], ignoreCase: true, out var cell))
                    matrix.Set(fields[0], Levels.All[i], cell);
            }
        }

        return matrix;
    }

    /// <summary>The text of the approved file.</summary>
    public string Write()
    {
        var text = new StringBuilder().Append("attack\t").AppendJoin('\t', Levels.All).Append('\n');
        foreach (var attack in Attacks.All)
            text.Append(attack.GetType().Name).Append('\t').AppendJoin('\t', Levels.All.Select(level => Text(attack, level))).Append('\n');
        return text.ToString();
    }

    /// <summary>The table for people.</summary>
    public string Render()
    {
        var text = new StringBuilder();
        foreach (var theme in Attacks.All.GroupBy(Attacks.ThemeOf).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            text.Append("\n### ").Append(theme.Key).Append("\n\n| A plugin that … | ").AppendJoin(" | ", Levels.All.Select(Levels.TitleOf)).Append(" |\n|---|").Append(string.Concat(Levels.All.Select(_ => "---|"))).Append('\n');
            foreach (var attack in theme)
                text.Append("| ").Append(attack.Title).Append(" | ").AppendJoin(" | ", Levels.All.Select(level => Shown(attack, level))).Append(" |\n");
        }

        return text.Append('\n').ToString();
    }

    private string Text(Attack attack, string level) => !Levels.Have(attack, level) ? Senseless : this[attack.GetType().Name, level]?.ToString().ToLowerInvariant() ?? Untried;

    private string Shown(Attack attack, string level) => Text(attack, level) switch
    {
        Senseless => "–",
        Untried => "not tried",
        "possible" => "**possible**",
        var text => text,
    };
}
