using System.Globalization;

namespace Berth.Bench.Peers;

/// <summary>Which process started which, from <c>/proc</c>.</summary>
internal static class ProcessTree
{
    /// <summary>The processes that any thread of this one started and that have not ended. Empty when it is gone.</summary>
    public static IEnumerable<int> ChildrenOf(int id)
    {
        string[] threads;
        try
        {
            threads = Directory.GetDirectories($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/task");
        }
        catch (DirectoryNotFoundException)
        {
            yield break;
        }

        foreach (var thread in threads)
        {
            var children = "";
            try
            {
                children = File.ReadAllText(Path.Combine(thread, "children"));
            }
            catch (IOException)
            {
                // The thread ended in between.
            }

            foreach (var child in children.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                yield return int.Parse(child, CultureInfo.InvariantCulture);
        }
    }
}
