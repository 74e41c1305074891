using System.CommandLine;
using System.Text.RegularExpressions;

namespace Berth.Cli.Commands;

/// <summary>A plugin's slug on the command line. Checked before it becomes part of an address, so <c>..</c> never gets there.</summary>
internal static partial class SlugArgument
{
    /// <summary>An argument that takes a slug.</summary>
    public static Argument<string> Create()
    {
        var argument = new Argument<string>("slug") { Description = "The plugin's name, for example Notes" };
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !IsSlug(token.Value))
            {
                result.AddError($"\"{token.Value}\" is no plugin name: a letter, then 1 to 63 letters, digits, dots, underscores or hyphens.");
            }
        });
        return argument;
    }

    /// <summary>Whether the text is a slug (contract of the manifest's <c>name</c>).</summary>
    public static bool IsSlug(string text) => Pattern().IsMatch(text);

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9._-]{1,63}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
