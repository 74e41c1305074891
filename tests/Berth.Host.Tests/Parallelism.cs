// Unloading is judged by collections of the whole process, and fixtures talk through environment variables.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
