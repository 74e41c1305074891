namespace Berth.Packaging.Dependencies;

/// <summary>Puts things that need each other in order: what is needed comes first, and of several that may come next the smallest.</summary>
/// <remarks>Kahn's algorithm with a priority queue: the order depends on the needs and on the comparer, never on how the items were listed.</remarks>
public static class DependencyOrder
{
    /// <summary>The order of some items.</summary>
    /// <param name="items">All of them, in any order, each once.</param>
    /// <param name="needs">What one needs directly; what is not among the items does not matter.</param>
    /// <param name="ties">Tells all items apart, so that the order is always the same one.</param>
    /// <exception cref="InvalidOperationException">Some of them need each other in a circle.</exception>
    public static IReadOnlyList<T> Of<T>(IReadOnlyCollection<T> items, Func<T, IEnumerable<T>> needs, IComparer<T> ties)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(needs);
        var waiting = items.ToDictionary(item => item, _ => 0);
        var neededBy = items.ToDictionary(item => item, _ => new List<T>());
        foreach (var item in items)
        {
            foreach (var need in needs(item).Distinct().Where(waiting.ContainsKey))
            {
                waiting[item]++;
                neededBy[need].Add(item);
            }
        }

        var ready = new PriorityQueue<T, T>(items.Where(item => waiting[item] == 0).Select(item => (item, item)), ties);
        var order = new List<T>(items.Count);
        while (ready.TryDequeue(out var next, out _))
        {
            order.Add(next);
            foreach (var dependant in neededBy[next].Where(dependant => --waiting[dependant] == 0))
                ready.Enqueue(dependant, dependant);
        }

        return order.Count == items.Count
            ? order
            : throw new InvalidOperationException($"{string.Join(", ", items.Except(order))} need each other in a circle, or something that does.");
    }
}
