using System.Text;
using Berth.Host.States;

namespace Berth.Architecture.Tests;

/// <summary>The page of states is made from the table that the host goes by.</summary>
public sealed class StatesPageTests
{
    [Fact]
    public async Task The_page_of_states_says_what_the_table_says()
    {
        var page = Path.Combine(RepositoryFiles.Root, "docs", "states.md");
        var expected = Page();
        var written = File.Exists(page) ? await File.ReadAllTextAsync(page) : "";
        if (written != expected)
            await File.WriteAllTextAsync(Path.ChangeExtension(page, ".received.txt"), expected);
        written.ShouldBe(expected, "docs/states.md is made from InstanceTransitions: copy docs/states.received.txt over it.");
    }

    private static string Page()
    {
        var text = new StringBuilder(
            """
            # The states of an instance

            This page is made from the table in `Berth.Host/States/InstanceTransitions.cs`. A change that is not in it throws, and is an event
            (`berth.instance.transition_refused`). Every change that happens is an event (`berth.instance.state_changed`). What an
            administrator can do about a state is on the page [instances](instances.md).

            | from | to | when |
            |---|---|---|

            """);
        foreach (var (from, to, cause) in InstanceTransitions.All)
            text.Append("| ").Append(from).Append(" | ").Append(to).Append(" | ").Append(cause).AppendLine(" |");
        text.Append(
            """

            A reload changes no state while it goes well: the new instance is brought up beside the old one, takes over, and the old one
            drains on its own (`replaced` in the list of instances).

            ```mermaid
            stateDiagram-v2
                [*] --> Discovered

            """);
        foreach (var (from, to, _) in InstanceTransitions.All)
            text.Append("    ").Append(from).Append(" --> ").Append(to).AppendLine();
        return text.AppendLine("```").ToString();
    }
}
