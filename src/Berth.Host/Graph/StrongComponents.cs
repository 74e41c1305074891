namespace Berth.Host.Graph;

/// <summary>Groups of nodes that reach each other; a node in no circle is a group alone.</summary>
/// <remarks>Tarjan's algorithm (SIAM J. Comput. 1, 1972), without recursion: a chain of thousands must not be thousands of stack frames.</remarks>
internal static class StrongComponents
{
    /// <summary>The groups, each after those that it leads to. The order follows the order of nodes and edges given, and nothing else.</summary>
    public static IReadOnlyList<IReadOnlyList<T>> Of<T>(IEnumerable<T> nodes, Func<T, IEnumerable<T>> next, IEqualityComparer<T>? comparer = null)
        where T : notnull
    {
        var components = new List<IReadOnlyList<T>>();
        var seen = new Dictionary<T, Visit>(comparer);
        var path = new Stack<T>();
        var calls = new Stack<(T Node, IEnumerator<T> Edges)>();
        foreach (var node in nodes.Where(node => !seen.ContainsKey(node)))
        {
            Enter(node);
            while (calls.TryPeek(out var call))
            {
                var visit = seen[call.Node];
                if (call.Edges.MoveNext())
                {
                    if (!seen.TryGetValue(call.Edges.Current, out var target))
                        Enter(call.Edges.Current);
                    else if (target.IsOnPath)
                        visit.Low = Math.Min(visit.Low, target.Index);
                    continue;
                }

                call.Edges.Dispose();
                calls.Pop();
                if (calls.TryPeek(out var caller))
                    seen[caller.Node].Low = Math.Min(seen[caller.Node].Low, visit.Low);
                if (visit.Low == visit.Index)
                    components.Add(Leave(visit));
            }
        }

        return components;

        void Enter(T node)
        {
            seen[node] = new Visit { Index = seen.Count, Low = seen.Count, IsOnPath = true };
            path.Push(node);
            calls.Push((node, next(node).GetEnumerator()));
        }

        List<T> Leave(Visit root)
        {
            var members = new List<T>();
            Visit visit;
            do
            {
                members.Add(path.Pop());
                visit = seen[members[^1]];
                visit.IsOnPath = false;
            }
            while (visit != root);
            return members;
        }
    }

    private sealed class Visit
    {
        public int Index { get; init; }

        public int Low { get; set; }

        public bool IsOnPath { get; set; }
    }
}
