throw new Error('hostile');
