using Spectre.Console;

namespace Berth.Cli.Output;

/// <summary>Spectre's console over one of our streams: escape sequences only for a person's terminal, colours unless <c>NO_COLOR</c>.</summary>
internal static class Consoles
{
    /// <summary>Makes one.</summary>
    public static IAnsiConsole For(TextWriter writer, bool isTerminal, bool noColor) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(writer),
        Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
        ColorSystem = isTerminal && !noColor ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
    });
}
