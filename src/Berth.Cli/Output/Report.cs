using Spectre.Console;

namespace Berth.Cli.Output;

/// <summary>The one way out of a command: data to stdout, words about it to stderr, as the global options ask for it.</summary>
internal sealed class Report(Terminal terminal, bool json, bool quiet)
{
    private readonly IAnsiConsole _out = Consoles.For(terminal.Out, terminal.OutIsTerminal, terminal.NoColor);
    private readonly IAnsiConsole _error = Consoles.For(terminal.Error, terminal.ErrorIsTerminal, terminal.NoColor);

    /// <summary>Whether the output is for a program.</summary>
    public bool IsJson => json;

    /// <summary>Whether only data and errors are wanted.</summary>
    public bool IsQuiet => quiet;

    /// <summary>Prints the result of a command: the object with <c>--json</c>, the sentence otherwise, nothing with <c>--quiet</c>.</summary>
    public void Result(JsonOutput result, string sentence)
    {
        if (json)
        {
            Json(result);
        }
        else if (!quiet)
        {
            terminal.Out.WriteLine(SafeText.Of(sentence));
        }
    }

    /// <summary>Prints data that is the point of the command: the object with <c>--json</c>, the lines otherwise, also with <c>--quiet</c>.</summary>
    public void Data(JsonOutput result, params IEnumerable<string> lines)
    {
        if (json)
        {
            Json(result);
            return;
        }

        foreach (var line in lines)
        {
            terminal.Out.WriteLine(SafeText.Of(line));
        }
    }

    /// <summary>Prints a table: to a person with a head and columns, to a pipe as tab-separated lines, with <c>--quiet</c> the first column alone.</summary>
    public void Table(JsonOutput result, IReadOnlyList<string> head, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        if (json)
        {
            Json(result);
        }
        else if (quiet || !terminal.OutIsTerminal)
        {
            foreach (var row in rows)
            {
                terminal.Out.WriteLine(string.Join('\t', row.Take(quiet ? 1 : row.Count).Select(SafeText.Of)));
            }
        }
        else
        {
            _out.Write(Drawn(head, rows));
        }
    }

    /// <summary>
    /// Shows a table as it changes: to a person in place, to a pipe each sample's lines after those before, with <c>--json</c> an
    /// object a sample.
    /// </summary>
    public async Task LiveTableAsync(IReadOnlyList<string> head, IAsyncEnumerable<TableSample> samples)
    {
        if (json || quiet || !terminal.OutIsTerminal)
        {
            await foreach (var sample in samples)
            {
                Table(sample.Output, head, sample.Rows);
                await terminal.Out.FlushAsync();
            }

            return;
        }

        await _out.Live(new Text("")).AutoClear(false).Overflow(VerticalOverflow.Crop).Cropping(VerticalOverflowCropping.Bottom).StartAsync(async live =>
        {
            await foreach (var sample in samples)
            {
                live.UpdateTarget(Drawn(head, sample.Rows, isDense: true));
            }
        });
    }

    /// <summary>Prints one object as one line of JSON to stdout.</summary>
    public void Json(JsonOutput result) => terminal.Out.WriteLine(result.ToJson());

    /// <summary>Says something to a person, on stderr. Silent with <c>--quiet</c> and <c>--json</c>.</summary>
    public void Say(string text)
    {
        if (!quiet && !json)
        {
            terminal.Error.WriteLine(SafeText.Of(text));
        }
    }

    /// <summary>Says something on stderr that must not be missed, whatever the options say.</summary>
    public void Warn(string text) => terminal.Error.WriteLine(json ? new WarningOutput(text).ToJson() : "Warning: " + SafeText.Of(text));

    /// <summary>Prints a failure on stderr: what happened, all reasons, what to do next.</summary>
    public void Failure(CommandFailedException failure)
    {
        if (json)
        {
            terminal.Error.WriteLine(FailureOutput.Of(failure).ToJson());
            return;
        }

        terminal.Error.WriteLine($"Error: {SafeText.Of(failure.Message)} ({SafeText.Of(failure.Code)})");
        foreach (var reason in failure.Reasons)
        {
            var where = reason.Where is { Length: > 0 } ? $" [{reason.Where}]" : "";
            terminal.Error.WriteLine(SafeText.Of($"  - {reason.Code}{where}: {reason.Message}"));
        }

        if (failure.Next is { } next)
        {
            terminal.Error.WriteLine(SafeText.Of($"Next: {next}"));
        }
    }

    /// <summary>Waits for work; when it takes longer than a second and a person watches stderr, shows that it goes on.</summary>
    public async Task<T> WatchAsync<T>(string what, Task<T> work)
    {
        if (terminal.ErrorIsTerminal && !quiet && !json && await Task.WhenAny(work, Task.Delay(TimeSpan.FromSeconds(1))) != work)
        {
            return await _error.Status().StartAsync(Markup.Escape(SafeText.Of(what)), _ => work);
        }

        return await work;
    }

    /// <summary>The same for work without a result.</summary>
    public Task WatchAsync(string what, Task work) => WatchAsync(what, AsBoolAsync(work));

    private static Table Drawn(IReadOnlyList<string> head, IReadOnlyList<IReadOnlyList<string>> rows, bool isDense = false)
    {
        var table = new Table().Border(isDense ? TableBorder.None : TableBorder.Simple);
        foreach (var name in head)
        {
            var column = new TableColumn(Markup.Escape(name));
            table.AddColumn(isDense ? column.NoWrap().Padding(0, 0, 1, 0) : column);
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => Markup.Escape(SafeText.Of(cell))).ToArray());
        }

        return table;
    }

    private static async Task<bool> AsBoolAsync(Task work)
    {
        await work;
        return true;
    }

    private sealed record WarningOutput(string Warning) : JsonOutput;
}
